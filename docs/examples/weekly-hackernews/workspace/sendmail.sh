# In the place of sendmail: keeps each mail in outbox/ under the name of its recipient.
for recipient; do :; done
case "$recipient" in gone@*) echo "no such user" >&2; exit 67 ;; esac
mkdir -p outbox
cat > "outbox/$recipient.eml"
