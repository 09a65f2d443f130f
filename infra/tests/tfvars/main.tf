# Reads tfvars files of the deployment, so that the tests judge the very files that people apply.
terraform {
  required_providers {
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}

variable "files" {
  description = "Names of files in infra/, without their ending."
  type        = set(string)
}

output "values" {
  description = "The variables that each file sets, by its name."
  value       = { for name in var.files : name => provider::terraform::decode_tfvars(file("${path.module}/../../${name}.tfvars")) }
}
