"""Which works an editor should see first: pure functions over what was collected and filed."""
