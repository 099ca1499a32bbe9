"""What people and the job process do with papers."""
