"""Pictures: SVG that is built by pure code, and rendered where only pixels will do."""
