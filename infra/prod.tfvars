# For production: protected from deletion by mistake, logs kept for a year, a second factor for staff.

log_retention_days = 365

all_pools = {
  mfa                 = "OPTIONAL"
  deletion_protection = true
}

pools = {
  # They may do more, so a stolen password is not enough, and what else is stolen from them works for a shorter time. The
  # first sign-in sets the second factor up: `login` of the command shows a QR code for an authenticator app.
  staff = {
    mfa    = "ON"
    client = { token_validity = { access_minutes = 15, id_minutes = 15, refresh_hours = 12 } }
  }
}

function = { memory_mb = 1024 }

table = { deletion_protection = true }

# Alarms and a dashboard. Add the addresses that the alarms go to: emails = ["ops@example.com"].
monitoring = {}

tags = { environment = "prod" }
