# A deployment to try things on: quick to remove, talkative, and its logs don't stay.

name               = "pizza-api-dev"
log_retention_days = 7

function = { log_level = "debug" }

tags = { environment = "dev" }
