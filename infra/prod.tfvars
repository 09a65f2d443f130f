# A deployment that people rely on: hard to remove by mistake, and its logs stay for a year.

name               = "pizza-api"
log_retention_days = 365

pools = {
  customers = {
    mfa                 = "OPTIONAL"
    deletion_protection = true
  }
  staff = {
    mfa                 = "OPTIONAL"
    deletion_protection = true
    groups              = { chefs = "May add pizzas." }
  }
}

function = { memory_mb = 1024 }

table = { deletion_protection = true }

tags = { environment = "prod" }
