provider "aws" {
  region = var.region

  default_tags {
    tags = var.tags
  }
}

locals {
  package_dir = startswith(var.package_dir, "/") ? var.package_dir : "${path.root}/${var.package_dir}"
  routes      = jsondecode(file("${local.package_dir}/gateway.json")).routes

  machines = { for key, pool in var.pools : key => pool if pool.machine_client != null }

  # The clients a pool's tokens may be made for: what the gateway takes as audience, and the app as clientIds.
  client_ids = { for key in keys(var.pools) : key => concat(
    [module.user_pool_client[key].id],
    [for machine, client in module.machine_client : client.id if machine == key],
  ) }

  # What app/pizzas/store.ts calls, and nothing else; test/cloud holds the two against each other.
  table_actions = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]

  cors_origins = setsubtract(var.api.cors.origins, ["*"])
  environment = merge(
    {
      COGNITO_POOLS = jsonencode({ for key, pool in module.user_pool : key => {
        userPoolId = pool.id
        clientIds  = local.client_ids[key]
      } })
      PIZZA_TABLE = module.table.name
      LOG_LEVEL   = var.function.log_level
    },
    # A build with DOCS=on lists the routes of the docs, and the function is to serve them.
    contains(local.routes[*].routeKey, "GET /docs") ? { DOCS = "on" } : {},
    length(local.cors_origins) == 0 ? {} : { CORS_ORIGINS = join(",", local.cors_origins) },
    var.function.jwks_refresh_seconds == null ? {} : { JWKS_REFRESH_SECONDS = tostring(var.function.jwks_refresh_seconds) },
  )
}

module "user_pool" {
  source   = "./modules/user-pool"
  for_each = var.pools

  name                = each.value.name == null ? "${var.name}-${each.key}" : each.value.name
  sign_in             = each.value.sign_in
  mfa                 = each.value.mfa
  password_policy     = each.value.password_policy
  tier                = each.value.tier
  deletion_protection = each.value.deletion_protection
  groups              = each.value.groups
  resource_servers    = each.value.resource_servers
  lambda_triggers     = each.value.lambda_triggers
  domain              = each.value.domain
}

module "user_pool_client" {
  source   = "./modules/user-pool-client"
  for_each = var.pools

  name                = each.value.client.name == null ? "${var.name}-${each.key}-people" : each.value.client.name
  user_pool_id        = module.user_pool[each.key].id
  auth_flows          = each.value.client.auth_flows
  token_validity      = each.value.client.token_validity
  token_revocation    = each.value.client.token_revocation
  hide_user_existence = each.value.client.hide_user_existence
}

module "machine_client" {
  source   = "./modules/user-pool-client"
  for_each = local.machines

  name           = each.value.machine_client.name == null ? "${var.name}-${each.key}-machine" : each.value.machine_client.name
  user_pool_id   = module.user_pool[each.key].id
  auth_flows     = []
  scopes         = each.value.machine_client.scopes
  token_validity = each.value.machine_client.token_validity

  # Cognito refuses a client whose scopes don't exist yet.
  depends_on = [module.user_pool]
}

module "table" {
  source = "./modules/table"

  name                   = "${var.name}-pizzas"
  point_in_time_recovery = var.table.point_in_time_recovery
  deletion_protection    = var.table.deletion_protection
}

module "function" {
  source = "./modules/function"

  name         = var.name
  package_file = "${local.package_dir}/lambda.zip"
  runtime      = var.function.runtime
  size = {
    architecture    = var.function.architecture
    memory_mb       = var.function.memory_mb
    timeout_seconds = var.function.timeout_seconds
  }
  environment        = local.environment
  permissions        = [{ actions = local.table_actions, resources = [module.table.arn] }]
  log_retention_days = var.log_retention_days
  tracing            = var.function.tracing
}

module "http_api" {
  source = "./modules/http-api"

  name   = var.name
  routes = local.routes
  authorizers = { for key, pool in module.user_pool : key => {
    issuer   = pool.issuer
    audience = local.client_ids[key]
  } }
  function = {
    name       = module.function.name
    alias      = module.function.alias
    invoke_arn = module.function.invoke_arn
  }
  cors               = var.api.cors
  throttle           = var.api.throttle
  log_retention_days = var.log_retention_days
}
