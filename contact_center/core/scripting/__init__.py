"""Call scripts: what an agent says and asks, page by page. Pure, like everything in the core."""
