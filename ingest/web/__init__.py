"""Reading the web: pages, feeds, sitemaps, whole sites, and when to visit them again."""
