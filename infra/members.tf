# The members that `all_pools` and `pools` may have. Terraform itself would ignore others, such as a misspelt `mfa`.
locals {
  members_of_all_pools = [
    "mfa",
    "password_policy",
    "password_policy.minimum_length",
    "password_policy.require_lowercase",
    "password_policy.require_uppercase",
    "password_policy.require_numbers",
    "password_policy.require_symbols",
    "password_policy.temporary_validity_days",
    "tier",
    "threat_protection",
    "deletion_protection",
    "token_use",
  ]
  members_of_a_pool = concat(local.members_of_all_pools, [
    "name",
    "sign_in",
    "sign_in.aliases",
    "sign_in.self_registration",
    "sign_in.recovery",
    "sign_in.verified_attributes",
    "sign_in.ses_identity_arn",
    "attributes",
    "attributes.*",
    "attributes.*.type",
    "attributes.*.min",
    "attributes.*.max",
    "attributes.*.mutable",
    "lambda_triggers",
    "lambda_triggers.*",
    "domain",
    "client",
    "client.name",
    "client.auth_flows",
    "client.token_revocation",
    "client.hide_user_existence",
    "client.token_validity",
    "client.token_validity.access_minutes",
    "client.token_validity.id_minutes",
    "client.token_validity.refresh_hours",
    "machines",
    "machines.*",
    "machines.*.name",
    "machines.*.token_validity",
    "machines.*.token_validity.access_minutes",
  ])

  # What is set, down to the deepest member: `client`, `client.token_validity`, `client.token_validity.access_minutes`.
  set_members = { for input, settings in merge({ all_pools = var.all_pools }, { for key, pool in var.pools : "pools.${key}" => pool }) : input => concat(
    keys(settings),
    flatten([for a, x in settings : [for b in keys(x) : "${a}.${b}"] if can(keys(x))]),
    flatten([for a, x in settings : [for b, y in x : [for c in keys(y) : "${a}.${b}.${c}"] if can(keys(y))] if can(keys(x))]),
    flatten([for a, x in settings : [for b, y in x : [for c, z in y : [for d in keys(z) : "${a}.${b}.${c}.${d}"] if can(keys(z))] if can(keys(y))] if can(keys(x))]),
  ) }
  unknown_members = flatten([for input, members in local.set_members : [
    for member in members : "${input}.${member}" if !contains(
      input == "all_pools" ? local.members_of_all_pools : local.members_of_a_pool,
      replace(member, "/^(machines|lambda_triggers|attributes)\\.[^.]+/", "$1.*"),
    )
  ]])
}
