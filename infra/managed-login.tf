# Managed login: what access.ts declares of a pool's client without a secret, what tfvars set, and the docs page.
locals {
  openid_scopes = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"]

  # A build with DOCS=on lists the routes of the docs: the function serves the page, and people return beside it.
  docs      = contains(local.routes[*].routeKey, "GET /docs")
  docs_urls = local.docs ? ["${module.http_api.address}/docs/callback"] : []

  # What tfvars set comes first, member by member; empty where nothing is declared or set.
  managed_login_settings = { for key, pool in local.declared : key => merge(concat([
    for declared in flatten([for name in local.declared_public[key] : try([pool.clients[name].managedLogin], [])]) : {
      callback_urls          = declared.callbackUrls
      logout_urls            = try(declared.logoutUrls, null)
      scopes                 = try(declared.scopes, null)
      rotation_grace_seconds = try(declared.rotationGraceSeconds, null)
    }], [
    { for member, value in try(var.pools[key].managed_login, {}) : member => value if value != null },
  ])...) }
  unknown_scopes = flatten([for key, settings in local.managed_login_settings : [
    for scope in try(settings.scopes == null ? [] : settings.scopes, []) : "${scope} in pool ${key}"
    if !contains(concat(local.openid_scopes, local.pool_scopes[key]), scope)
  ]])

  has_managed_login = { for key, settings in local.managed_login_settings : key => length(local.declared_public[key]) > 0 && (length(settings) > 0 || local.docs) }
  managed_login = { for key, settings in local.managed_login_settings : key => !local.has_managed_login[key] ? null : {
    callback_urls = concat(try(tolist(settings.callback_urls), []), local.docs_urls)
    logout_urls   = concat(try(tolist(settings.logout_urls), []), local.docs_urls)
    scopes        = try(settings.scopes, null)
  } }
  rotation_grace_seconds = { for key, settings in local.managed_login_settings : key => try(settings.rotation_grace_seconds, null) }
}
