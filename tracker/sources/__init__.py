"""Where our knowledge comes from: pages and documents that were read."""
