# For a pull request, in an account without users of its own: everything goes with it. Its name_suffix is the number.

log_retention_days = 1

function = { log_level = "debug" }

tags = { environment = "preview" }
