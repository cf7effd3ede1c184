"""What every page stands on: access, problem answers, the htmx layer, paging."""
