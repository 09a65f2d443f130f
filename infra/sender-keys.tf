# For each trigger that sends e-mails: the KMS key that Cognito encrypts its codes with. Cognito may use it for the
# trigger's pool alone, the function may decrypt that pool's codes alone. No module: pool and function need the key, whose
# policy needs both.
locals {
  # Triggers that send e-mails, with their pools.
  senders = { for name, trigger in local.triggers : name => trigger.pool if trigger.event == "custom_email_sender" }

  # IAM decides who administers the key, as in the policy that KMS gives a key by default.
  key_administration = {
    Sid       = "Administration"
    Effect    = "Allow"
    Principal = { AWS = "arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.this.account_id}:root" }
    Action    = "kms:*"
    Resource  = "*"
  }
  code_encryption = {
    Sid       = "Encryption"
    Effect    = "Allow"
    Principal = { Service = "cognito-idp.amazonaws.com" }
    Action    = ["kms:CreateGrant", "kms:Encrypt"]
    Resource  = "*"
  }
}

resource "aws_kms_key" "sender" {
  for_each = local.senders

  description             = "Codes that ${local.name}-${each.key} sends."
  enable_key_rotation     = true
  deletion_window_in_days = 7

  # The pool is made with the key: until it has an ARN, any pool of this account may use it.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [local.key_administration, merge(local.code_encryption, {
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.this.account_id } }
    })]
  })

  tags = { Name = "${local.name}-${each.key}" }

  lifecycle {
    ignore_changes = [policy]
  }
}

resource "aws_kms_key_policy" "sender" {
  for_each = local.senders

  key_id = aws_kms_key.sender[each.key].key_id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.key_administration,
      merge(local.code_encryption, { Condition = { ArnEquals = { "aws:SourceArn" = module.user_pool[each.value].arn } } }),
      {
        Sid       = "Decryption"
        Effect    = "Allow"
        Principal = { AWS = module.trigger[each.key].role_arn }
        Action    = "kms:Decrypt"
        Resource  = "*"
        Condition = { StringEquals = { "kms:EncryptionContext:userpool-id" = module.user_pool[each.value].id } }
      },
    ]
  })
}
