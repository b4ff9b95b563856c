import * as aws from '@pulumi/aws';
import type { Watching } from './alerts.ts';

/** Says when the account's month comes near its budget, and when it is on its way beyond it; it stops nothing. */
export function declareBudget({ config, alerts }: Watching): void {
  const told = { comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' };
  new aws.budgets.Budget('month', {
    name: `${config.namePrefix}bosun-month`,
    budgetType: 'COST',
    timeUnit: 'MONTHLY',
    limitAmount: String(config.budgetDollarsPerMonth),
    limitUnit: 'USD',
    notifications: [
      { ...told, threshold: 80, notificationType: 'ACTUAL', subscriberSnsTopicArns: [alerts.topic.arn] },
      { ...told, threshold: 100, notificationType: 'FORECASTED', subscriberSnsTopicArns: [alerts.topic.arn] },
    ],
  });
}
