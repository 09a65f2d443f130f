# For production: protected from deletion by mistake, logs kept for a year.

name               = "pizza-api"
log_retention_days = 365

all_pools = {
  mfa                 = "OPTIONAL"
  deletion_protection = true
}

pools = {
  # They may do more, so what is stolen from them works for a shorter time.
  staff = {
    client = { token_validity = { access_minutes = 15, id_minutes = 15, refresh_hours = 12 } }
  }
}

function = { memory_mb = 1024 }

table = { deletion_protection = true }

tags = { environment = "prod" }
