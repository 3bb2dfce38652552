"""Which object reaches which, and why not; what a controller would write as status."""
