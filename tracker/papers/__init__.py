"""What leaves and enters as files: asked for on a page, made by the job process, fetched when ready."""
