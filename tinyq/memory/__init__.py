"""Where each tensor lies in the one arena, and when."""
