import { change, drop, unprotect } from './plant.ts';
import { proveRules, type Rule } from './prove-rules.ts';
import { deafToSilence, unheardAlarms, unwatched } from './rules/alarms.ts';
import { deafDeadLetters, lostWithoutTrace } from './rules/dead-letters.ts';
import { impatientQueues, perishable, unseen } from './rules/keeping.ts';

const rules: readonly Rule[] = [
  {
    says: 'what cannot be made again is protected',
    broken: perishable,
    mistakes: [
      ['to protect a table', unprotect('Table', 'scc-crew'), 'Table scc-crew is not protected'],
      [
        'to protect a secret',
        unprotect('Secret', 'secret-linkKeys'),
        'Secret secret-linkKeys is not protected',
      ],
      [
        'recovery',
        change('Table', 'scc-events', (inputs) => delete inputs.pointInTimeRecovery),
        'Table scc-events cannot be restored to a point in time',
      ],
    ],
  },
  {
    says: 'every function leaves a log for a while, and a trace',
    broken: unseen,
    mistakes: [
      ['a log', drop('LogGroup', 'scc-api'), 'scc-api logs where nobody set how long'],
      [
        'to forget',
        change('LogGroup', 'scc-api', (inputs) => delete inputs.retentionInDays),
        'LogGroup scc-api is kept for ever',
      ],
      [
        'to trace',
        change('Function', 'scc-api', (inputs) => delete inputs.tracingConfig),
        'scc-api is not traced',
      ],
    ],
  },
  {
    says: 'no message comes twice because a function took its time',
    broken: impatientQueues,
    mistakes: [
      [
        'the time of a function',
        change('Queue', 'crew-notify', (inputs) => (inputs.visibilityTimeoutSeconds = 120)),
        'Queue crew-notify hides messages for 120 s, and crew-notify may take 60',
      ],
    ],
  },
  {
    says: 'nothing that fails is lost without a trace',
    broken: lostWithoutTrace,
    mistakes: [
      [
        'the dead letters of a queue',
        change('Queue', 'crew-notify', (inputs) => delete inputs.redrivePolicy),
        'Queue crew-notify: what cannot be handled is tried until it is lost',
      ],
      [
        'the dead letters of a function',
        drop('FunctionEventInvokeConfig', 'photo-arrivals'),
        'BucketNotification photo-arrivals: what photo-arrivals fails on is lost',
      ],
      [
        'that they are set for an alias',
        change('FunctionEventInvokeConfig', 'mail-events', (inputs) => delete inputs.qualifier),
        'TopicSubscription mail-events: what mail-events fails on is lost',
      ],
      [
        'the dead letters of a schedule',
        change('Schedule', 'notification-sweeper', ({ target }) => {
          delete (target as { deadLetterConfig?: unknown }).deadLetterConfig;
        }),
        'Schedule notification-sweeper: a run that it cannot start is lost',
      ],
    ],
  },
  {
    says: 'dead letters arrive, and stay long enough',
    broken: deafDeadLetters,
    mistakes: [
      [
        'how long they stay',
        change('Queue', 'crew-notify-dead-letters', (inputs) => (inputs.messageRetentionSeconds = 345_600)),
        'Queue crew-notify-dead-letters: keeps dead letters for 345600 s only',
      ],
      [
        'to let a topic send them',
        drop('QueuePolicy', 'mail-events'),
        'TopicSubscription mail-events: may not send to Queue mail-events-dead-letters',
      ],
      [
        'the right to send them',
        change('RolePolicy', 'expense-sync-schedule', (inputs) => {
          inputs.policy = String(inputs.policy).replaceAll('sqs:SendMessage', 'sqs:GetQueueUrl');
        }),
        'Schedule expense-sync: may not send to Queue expense-sync-dead-letters',
      ],
    ],
  },
  {
    says: 'every alarm is heard',
    broken: unheardAlarms,
    mistakes: [
      [
        'whom to tell',
        change('MetricAlarm', 'scc-api-errors', (inputs) => delete inputs.alarmActions),
        'scc-api-errors: tells nobody',
      ],
      [
        'the name of a function',
        change('MetricAlarm', 'scc-api-errors', ({ dimensions }) => {
          (dimensions as Record<string, string>).FunctionName = 'scc';
        }),
        'scc-api-errors: looks at FunctionName scc, which does not exist',
      ],
      [
        'how Metrics Insights is asked',
        change('MetricAlarm', 'tables-failing', ({ metricQueries }) => {
          (metricQueries as [{ expression: string }])[0].expression +=
            " WHERE TableName = 'scc-crew' OR TableName = 'scc-events'";
        }),
        'tables-failing: asks what Metrics Insights cannot read',
      ],
      [
        'the listener',
        drop('TopicSubscription', 'alerts'),
        'scc-api-errors: tells alerts, to which nobody listens',
      ],
    ],
  },
  {
    says: 'whatever can fail has an alarm',
    broken: unwatched,
    mistakes: [
      ['an alarm', drop('MetricAlarm', 'scc-api-errors'), 'AWS/Lambda Errors scc-api'],
      [
        'dead letters',
        drop('MetricAlarm', 'crew-notify-dead-letters'),
        'AWS/SQS ApproximateNumberOfMessagesVisible crew-notify-dead-letters',
      ],
    ],
  },
  {
    says: 'silence of a job is an alarm',
    broken: deafToSilence,
    mistakes: [
      [
        'that silence is bad news',
        change('MetricAlarm', 'expense-sync-silent', (inputs) => (inputs.treatMissingData = 'ignore')),
        'expense-sync-silent',
      ],
    ],
  },
];

proveRules(rules);
