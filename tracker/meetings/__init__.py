"""Network meetings and the reporting rounds that lead up to them."""
