"""The search of the archive: an index in small scripts, which `search.js` loads as far as a query needs them."""
