output "topic_arn" {
  description = "ARN of the topic that the alarms go to."
  value       = aws_sns_topic.this.arn
}

output "alarm_names" {
  description = "Names of the alarms."
  value = sort(concat(
    values(aws_cloudwatch_metric_alarm.metric)[*].alarm_name,
    values(aws_cloudwatch_metric_alarm.expression)[*].alarm_name,
  ))
}
