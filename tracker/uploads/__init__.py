"""Files that people send: what is taken, looked at, cleaned of what they did not mean to send, and refused in words."""
