# What the build writes of the API: gateway.json, pools.json, deployment.json and authorizer.json, whose shapes are in app/platform/contract/.
# The declared pools exist without being named in tfvars; what tfvars set comes first.
locals {
  package_dir = startswith(var.package_dir, "/") ? var.package_dir : "${path.root}/${var.package_dir}"
  declared    = jsondecode(file("${local.package_dir}/pools.json"))
  deployment  = jsondecode(file("${local.package_dir}/deployment.json"))

  # Pools that people move to, while tokens of the previous one are accepted as well: a JWT authorizer knows one issuer.
  moving = [for key, pool in var.pools : key if try(pool.previous, null) != null]
  routes = [for route in jsondecode(file("${local.package_dir}/gateway.json")).routes : contains(local.moving, coalesce(route.pool, "none")) ? merge(route, { pool = null, scopes = [] }) : route]

  # Seconds that answers may be kept, by the routes that JWT authorizers are not enough for. What moves isn't kept.
  access_routes = {
    for route in try(jsondecode(file("${local.package_dir}/authorizer.json")).routes, []) : route.routeKey => coalesce(route.ttlSeconds, 0)
    if var.access_authorizer && (route.ttlSeconds != null || length(setintersection(route.allow[*].pool, local.moving)) > 0)
  }

  triggers = { for trigger in try(local.deployment.triggers, []) : trigger.name => trigger }
  # By the trigger: the pool that it migrates users from, if there is one.
  migrated_from = { for name, trigger in local.triggers : name => [
    for key, pool in var.pools : pool.previous if key == trigger.pool && trigger.event == "user_migration" && try(pool.previous, null) != null
  ] }

  trigger_permissions = { for name, pools in local.migrated_from : name => [for previous in pools : {
    actions   = ["cognito-idp:AdminInitiateAuth", "cognito-idp:AdminGetUser"]
    resources = ["arn:${data.aws_partition.this.partition}:cognito-idp:${split("_", previous.user_pool_id)[0]}:${data.aws_caller_identity.this.account_id}:userpool/${previous.user_pool_id}"]
  }] }

  # Cognito has no ALLOW_REFRESH_TOKEN_AUTH together with rotation, and CUSTOM_AUTH no sense without its triggers.
  public_auth_flows = { for key in keys(local.declared) : key => concat(
    ["ALLOW_USER_SRP_AUTH"],
    local.rotation_grace_seconds[key] == null ? ["ALLOW_REFRESH_TOKEN_AUTH"] : [],
    [for trigger in values(local.triggers) : "ALLOW_CUSTOM_AUTH" if trigger.pool == key && trigger.event == "define_auth_challenge"],
  ) }

  name = var.name == null ? "${local.deployment.name}${var.name_suffix}" : var.name

  # Values that the app would refuse when it starts. What text may be, it alone knows.
  given_settings = [for setting in local.deployment.settings : merge(setting, { value = var.settings[setting.name] }) if lookup(var.settings, setting.name, "") != ""]
  refused_settings = concat(
    [for setting in local.given_settings : "${setting.name} must be a whole number from ${setting.accepts.min} to ${setting.accepts.max}, but is \"${setting.value}\""
    if can(setting.accepts.min) && !try(length(regexall("^-?[0-9]{1,15}$", setting.value)) == 1 && setting.value >= setting.accepts.min && setting.value <= setting.accepts.max, false)],
    [for setting in local.given_settings : "${setting.name} must be one of ${join(", ", setting.accepts.values)}, but is \"${setting.value}\""
    if !try(contains(setting.accepts.values, setting.value), true)],
  )

  declared_public = { for key, pool in local.declared : key => [
    for name, client in pool.clients : name if client.type == "people" && !try(client.secret, true)
  ] }
  declared_machines = { for key, pool in local.declared : key => [
    for name, client in pool.clients : name if client.type == "machine"
  ] }

  # A token holds a scope with the identifier of its resource server.
  pool_scopes = { for key, pool in local.declared : key => [for scope in keys(pool.scopes) : "${pool.resourceServer}/${scope}"] }

  # null leaves the default to the modules.
  unset_pool = {
    name                = null
    mfa                 = null
    password_policy     = null
    tier                = null
    threat_protection   = null
    deletion_protection = null
    lambda_triggers     = null
    domain              = null
    custom_domain       = null
    login_pages         = null
    token_use           = null
    previous            = null
  }
  unset_client = {
    name                = null
    auth_flows          = null
    token_revocation    = null
    hide_user_existence = null
    token_validity      = null
  }

  pool_settings = { for key in keys(local.declared) : key => merge(
    local.unset_pool,
    { for member, value in var.all_pools : member => value if value != null },
    { for member, value in try(var.pools[key], {}) : member => value if value != null },
  ) }

  pools = { for key, pool in local.declared : key => merge(local.pool_settings[key], {
    groups = pool.groups
    # An attribute that is no longer declared stays in the pool: tfvars name it.
    attributes       = merge(try(var.pools[key].attributes, {}), try(pool.attributes, {}))
    resource_servers = length(pool.scopes) == 0 ? {} : { (pool.resourceServer) = pool.scopes }
    scopes           = local.pool_scopes[key]
    sign_in = merge(
      {
        aliases           = try(pool.signIn.aliases, null)
        usernames         = try(pool.signIn.usernames, null)
        self_registration = try(pool.signIn.selfRegistration, null)
      },
      { for member, value in try(var.pools[key].sign_in, {}) : member => value if value != null },
    )
    client_attributes = try({ read = pool.clients.people.readAttributes, write = pool.clients.people.writeAttributes }, null)
    client            = merge(local.unset_client, try(var.pools[key].client, {}))
    token_use         = local.pool_settings[key].token_use == null ? try(pool.tokenUse, null) : local.pool_settings[key].token_use
    # Machines get their tokens at the pool's domain, and managed login is there.
    domain = (
      local.pool_settings[key].domain == null && (length(local.declared_machines[key]) > 0 || local.has_managed_login[key])
      ? local.domains[key] : local.pool_settings[key].domain
    )
  }) }

  machines = merge([for key, names in local.declared_machines : { for name in names : name => {
    pool           = key
    scopes         = local.declared[key].clients[name].scopes
    name           = try(var.pools[key].machines[name].name, null)
    token_validity = try(var.pools[key].machines[name].token_validity, null)
  } }]...)

  # Unique in a Region across accounts, 63 characters at most, and without the words that Cognito reserves.
  domains = { for key in keys(local.declared) : key => join("-", compact([
    trim(substr(replace(lower("${local.name}-${key}"), "/aws|amazon|cognito|[^a-z0-9]/", "-"), 0, 50), "-"),
    substr(sha256("${data.aws_caller_identity.this.account_id}/${local.name}/${key}"), 0, 10),
  ])) }
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}
