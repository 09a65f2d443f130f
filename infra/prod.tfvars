# For production: protected from deletion by mistake, logs kept for a year, a second factor for staff.

log_retention_days = 365

all_pools = {
  mfa                 = "OPTIONAL"
  deletion_protection = true
}

pools = {
  # Their pages in production, which may call the API as well: replace the address. What access.ts declares is of a developer's machine.
  customers = {
    managed_login = { callback_urls = ["https://www.example.com/"], logout_urls = ["https://www.example.com/"] }
  }

  # They may do more, so a stolen password is not enough, and what else is stolen from them works for a shorter time. The
  # first sign-in sets the second factor up: `login` of the command shows a QR code for an authenticator app.
  staff = {
    mfa    = "ON"
    client = { token_validity = { access_minutes = 15, id_minutes = 15, refresh_hours = 12 } }

    # They have no page yet: `login` of the command, in the browser. The addresses are those that it listens on.
    managed_login = {
      callback_urls = ["http://127.0.0.1:27631/callback", "http://127.0.0.1:27632/callback", "http://127.0.0.1:27633/callback", "http://127.0.0.1:27634/callback"]
      logout_urls   = ["http://127.0.0.1:27631/callback", "http://127.0.0.1:27632/callback", "http://127.0.0.1:27633/callback", "http://127.0.0.1:27634/callback"]
    }
  }
}

function = { memory_mb = 1024 }

table = { deletion_protection = true }

# Alarms and a dashboard. Add the addresses that the alarms go to: emails = ["ops@example.com"].
monitoring = {}

# Alarms take up to five minutes to fire.
release = { watch_seconds = 600 }

tags = { environment = "prod" }
