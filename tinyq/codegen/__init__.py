"""Graph and memory plan become C: `{path: text}`, written elsewhere."""
