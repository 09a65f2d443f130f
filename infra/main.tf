provider "aws" {
  region = var.region

  default_tags {
    tags = var.tags
  }
}

# For what is in us-east-1 wherever the API is. Without an edge there is nothing, and it is the other provider once more.
provider "aws" {
  alias  = "us_east_1"
  region = var.edge == null ? var.region : "us-east-1"

  default_tags {
    tags = var.tags
  }
}

locals {
  # Where callers find the API, known before it answers: clients that return to it are made before its authorizers.
  api_address = var.edge == null ? module.http_api.address : "https://${try(var.edge.domain.name, "")}"
  api_url     = coalesce(one(values(module.edge)[*].url), module.http_api.url)

  public_client_ids = { for key in keys(local.pools) : key => one([for pool, client in module.public_client : client.id if pool == key]) }

  # The clients that a pool's tokens may be made for.
  client_ids = { for key in keys(local.pools) : key => concat(
    [module.user_pool_client[key].id],
    compact([local.public_client_ids[key]]),
    [for name, machine in local.machines : module.machine_client[name].id if machine.pool == key],
  ) }

  # A client's id has no hyphen, and Cognito writes nothing else into the claim: no token has the audience of a distrusted pool.
  audiences = { for key, ids in local.client_ids : key => contains(var.distrusted_pools, key) ? ["distrusted-pool"] : ids }

  cors_origins = toset(concat(try([for origin in var.api.cors.origins : origin], []), local.page_origins))
  jwks_refresh = try(var.function.jwks_refresh_seconds, null)
  app_environment = merge(
    var.settings,
    {
      COGNITO_POOLS = jsonencode({ for key, pool in module.user_pool : key => {
        for member, value in {
          userPoolId     = pool.id
          clientIds      = local.client_ids[key]
          tokenUse       = local.pools[key].token_use
          publicClientId = local.public_client_ids[key]
          domainUrl      = pool.domain_url
          previous = local.pools[key].previous == null ? null : {
            userPoolId = local.pools[key].previous.user_pool_id
            clientIds  = local.pools[key].previous.client_ids
          }
        } : member => value if value != null
      } if !contains(var.distrusted_pools, key) })
      TABLE_NAME = module.table.name
      LOG_LEVEL  = coalesce(try(var.function.log_level, null), "info")
    },
    local.docs ? { DOCS = "on" } : {},
    length(local.cors_origins) == 0 ? {} : { CORS_ORIGINS = join(",", local.cors_origins) },
    { for edge in values(module.edge) : "ORIGIN_SECRET_DIGESTS" => join(",", edge.secret_digests) },
    try(var.function.metrics, null) == false ? { METRICS = "off" } : {},
    local.jwks_refresh == null ? {} : { JWKS_REFRESH_SECONDS = tostring(local.jwks_refresh) },
    { for value in [try(var.function.otlp_endpoint, null)] : "OTEL_EXPORTER_OTLP_ENDPOINT" => value if value != null },
    { for value in [try(var.function.revocation_unavailable, null)] : "REVOCATION_UNAVAILABLE" => value if value != null },
    { for role in values(module.tenant_role) : "TENANT_ROLE_ARN" => role.arn },
  )

  # What the access authorizer must know.
  access_environment = { for name, value in local.environment : name => value if contains(["COGNITO_POOLS", "COGNITO_KEYS", "JWKS_REFRESH_SECONDS", "LOG_LEVEL"], name) }
}

module "user_pool" {
  source   = "./modules/user-pool"
  for_each = local.pools

  name                = each.value.name == null ? "${local.name}-${each.key}" : each.value.name
  sign_in             = each.value.sign_in
  mfa                 = each.value.mfa
  password_policy     = each.value.password_policy
  tier                = each.value.tier
  threat_protection   = each.value.threat_protection
  deletion_protection = each.value.deletion_protection
  attributes          = each.value.attributes
  groups              = each.value.groups
  resource_servers    = each.value.resource_servers
  lambda_triggers = merge(
    { for name, trigger in local.triggers : trigger.event => module.trigger[name].arn if trigger.pool == each.key },
    each.value.lambda_triggers,
  )
  sender_key_arn        = one([for name, pool in local.senders : aws_kms_key.sender[name].arn if pool == each.key])
  token_trigger_version = one([for trigger in values(local.triggers) : trigger.version if trigger.pool == each.key && trigger.event == "pre_token_generation"])
  domain                = each.value.domain
  custom_domain         = each.value.custom_domain
  login_pages           = each.value.login_pages
}

module "user_pool_client" {
  source   = "./modules/user-pool-client"
  for_each = local.pools

  name                = each.value.client.name == null ? "${local.name}-${each.key}-people" : each.value.client.name
  user_pool_id        = module.user_pool[each.key].id
  auth_flows          = each.value.client.auth_flows
  token_validity      = each.value.client.token_validity
  token_revocation    = each.value.client.token_revocation
  hide_user_existence = each.value.client.hide_user_existence
  attributes          = each.value.client_attributes
}

# For pages and devices: no secret, and the password goes to nobody but Cognito.
module "public_client" {
  source   = "./modules/user-pool-client"
  for_each = { for key, pool in local.pools : key => pool if length(local.declared_public[key]) > 0 }

  name                   = "${local.name}-${each.key}-public"
  user_pool_id           = module.user_pool[each.key].id
  secret                 = false
  auth_flows             = local.public_auth_flows[each.key]
  managed_login          = local.managed_login[each.key]
  rotation_grace_seconds = local.rotation_grace_seconds[each.key]
  token_validity         = each.value.client.token_validity
  token_revocation       = each.value.client.token_revocation
  hide_user_existence    = each.value.client.hide_user_existence
  attributes             = each.value.client_attributes

  # Cognito refuses a client whose scopes don't exist yet.
  depends_on = [module.user_pool]
}

module "machine_client" {
  source   = "./modules/user-pool-client"
  for_each = local.machines

  name           = each.value.name == null ? "${local.name}-${each.key}" : each.value.name
  user_pool_id   = module.user_pool[each.value.pool].id
  auth_flows     = []
  scopes         = each.value.scopes
  token_validity = each.value.token_validity

  # Cognito refuses a client whose scopes don't exist yet.
  depends_on = [module.user_pool]
}

# A function each of app/api/triggers, with a role that may write its log and nothing else: but one that migrates users may
# ask the pool that they move from. Cognito waits 5 s, and for what sends e-mails not at all.
module "trigger" {
  source   = "./modules/function"
  for_each = local.triggers

  name         = "${local.name}-${each.key}"
  package_file = "${local.package_dir}/triggers/${each.key}.zip"
  runtime      = try(var.function.runtime, null)
  size = {
    architecture    = try(var.function.architecture, null)
    memory_mb       = 256
    timeout_seconds = contains(keys(local.senders), each.key) ? 15 : 5
  }
  environment = merge(
    { for previous in local.migrated_from[each.key] : "PREVIOUS_POOL" => jsonencode({
      userPoolId = previous.user_pool_id
      clientId   = previous.migration_client_id
    }) },
    { for name in keys(local.senders) : "CODE_KEY_ARN" => aws_kms_key.sender[name].arn if name == each.key },
  )
  permissions          = local.trigger_permissions[each.key]
  permissions_boundary = var.permissions_boundary
  log_retention_days   = var.log_retention_days
}

module "table" {
  source = "./modules/table"

  name = try(coalesce(var.table.name), local.name)
  key  = { hash_key = local.deployment.table.hashKey, range_key = local.deployment.table.rangeKey }
  indexes = { for index in local.deployment.table.indexes : index.name => {
    hash_key  = index.hashKey
    range_key = index.rangeKey
  } }
  expiry_attribute       = local.deployment.table.expiryAttribute
  point_in_time_recovery = try(var.table.point_in_time_recovery, null)
  deletion_protection    = try(var.table.deletion_protection, null)
}

module "function" {
  source = "./modules/function"

  name         = local.name
  package_file = "${local.package_dir}/lambda.zip"
  runtime      = try(var.function.runtime, null)
  size = {
    architecture         = try(var.function.architecture, null)
    memory_mb            = try(var.function.memory_mb, null)
    timeout_seconds      = try(var.function.timeout_seconds, null)
    reserved_concurrency = try(var.function.reserved_concurrency, null)
  }
  environment        = local.environment
  layers             = try(var.function.layers, null)
  permissions        = [{ actions = local.deployment.table.actions, resources = module.table.arns }]
  log_retention_days = var.log_retention_days
  tracing            = try(var.function.tracing, null)

  permissions_boundary = var.permissions_boundary
  released_separately  = true
}

# By name, so that it can be left out without a count.
module "tenant_role" {
  source   = "./modules/tenant-role"
  for_each = var.tenant_isolation == "code" ? {} : { tenant = "${local.name}-tenant" }

  name                 = each.value
  function_role        = { name = module.function.role_name, arn = module.function.role_arn }
  actions              = local.deployment.table.actions
  table_arns           = module.table.arns
  exclusive            = var.tenant_isolation == "role_only"
  permissions_boundary = var.permissions_boundary
}

# Decides by the rules in its package: it knows the pools and their keys, and has no permission but its log's.
module "access_authorizer" {
  source   = "./modules/function"
  for_each = length(local.access_routes) > 0 ? { access = local.access_routes } : {}

  name         = "${local.name}-access-authorizer"
  package_file = "${local.package_dir}/authorizer.zip"
  runtime      = try(var.function.runtime, null)
  size = {
    architecture    = try(var.function.architecture, null)
    timeout_seconds = 5
  }
  environment        = local.access_environment
  permissions        = []
  log_retention_days = var.log_retention_days
  tracing            = try(var.function.tracing, null)

  permissions_boundary = var.permissions_boundary
}

module "http_api" {
  source = "./modules/http-api"

  name   = local.name
  routes = local.routes
  authorizers = { for key, pool in module.user_pool : key => {
    issuer   = pool.issuer
    audience = local.audiences[key]
    scopes   = local.pools[key].scopes
  } }
  access_authorizer = one([for authorizer in values(module.access_authorizer) : {
    name       = authorizer.name
    alias      = authorizer.alias
    invoke_arn = authorizer.invoke_arn
    routes     = local.access_routes
  }])
  function = {
    name       = module.function.name
    alias      = module.function.alias
    invoke_arn = module.function.invoke_arn
  }
  cors = merge(try(var.api.cors, {}), {
    origins        = local.cors_origins
    allow_headers  = local.deployment.cors.allowHeaders
    expose_headers = local.deployment.cors.exposeHeaders
  })
  domain             = try(var.api.domain, null)
  throttle           = try(var.api.throttle, null)
  log_retention_days = var.log_retention_days
}

# By name, so that it can be left out without a count.
module "edge" {
  source   = "./modules/edge"
  for_each = var.edge == null ? {} : { edge = var.edge }

  name               = local.name
  domain             = try(each.value.domain, null)
  origin             = try(var.api.domain.name, null)
  secret_number      = try(each.value.secret_number, null)
  calls_per_address  = try(each.value.calls_per_address, null)
  counted_rules      = try(each.value.counted_rules, null)
  log_blocked        = try(each.value.log_blocked, null)
  log_retention_days = var.log_retention_days

  providers = {
    aws = aws.us_east_1
  }
}

# As above.
module "revocation_function" {
  source   = "./modules/function"
  for_each = var.revocation_events ? { revocation-events = "${local.name}-revocation-events" } : {}

  name         = each.value
  package_file = "${local.package_dir}/revocation-events.zip"
  runtime      = try(var.function.runtime, null)
  size = {
    architecture = try(var.function.architecture, null)
    memory_mb    = 256
  }
  environment          = { for name in ["COGNITO_POOLS", "TABLE_NAME", "LOG_LEVEL"] : name => local.environment[name] }
  permissions          = [{ actions = ["dynamodb:PutItem", "dynamodb:GetItem"], resources = [module.table.arns[0]] }]
  permissions_boundary = var.permissions_boundary
  log_retention_days   = var.log_retention_days
}

module "revocation_events" {
  source   = "./modules/revocation-events"
  for_each = module.revocation_function

  name     = each.value.name
  function = { name = each.value.name, alias = each.value.alias, arn = each.value.arn }
}

# As above.
module "monitoring" {
  source   = "./modules/monitoring"
  for_each = var.monitoring == null ? {} : { monitoring = var.monitoring }

  name      = local.name
  namespace = local.deployment.name
  function = {
    name              = module.function.name
    alias             = module.function.alias
    log_group         = module.function.log_group
    concurrency_limit = coalesce(try(var.function.reserved_concurrency, null), try(each.value.account_concurrency, null), 1000)
  }
  api           = { id = module.http_api.id, log_group = module.http_api.log_group }
  pools         = { for key, pool in module.user_pool : key => { id = pool.id, client_ids = local.client_ids[key] } }
  emails        = try(each.value.emails, null)
  thresholds    = try(each.value.thresholds, null)
  saved_queries = try(each.value.saved_queries, null)
}
