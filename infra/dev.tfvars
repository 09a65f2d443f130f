# For development: quick to remove, detailed logs that are kept for a week.

name_suffix        = "-dev"
log_retention_days = 7

function = { log_level = "debug" }

tags = { environment = "dev" }
