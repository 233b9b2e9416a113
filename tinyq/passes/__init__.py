"""Graph to Graph: one pure, named function a file."""
