# For development: quick to remove, detailed logs that are kept for a week. People sign in at the addresses that access.ts declares.

name_suffix        = "-dev"
log_retention_days = 7

function = { log_level = "debug" }

tags = { environment = "dev" }
