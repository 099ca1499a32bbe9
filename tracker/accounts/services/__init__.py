"""What people do with accounts: sign in, invite, take up, change, end."""
