/**
 * Servers that misbehave, each under every model: nothing is completed that they did not answer, and nobody
 * waits for them for ever.
 */
import { sentenceOf } from '../../dist/reasons.js';
import type { TrialRecord } from '../../src/result.ts';
import { checkRun } from './account.ts';
import type { Attempt } from './attempt.ts';
import { MODELS } from './blows.ts';
import type { Kind } from './kind.ts';
import { serveBadly } from './misbehaving-server.ts';
import { type Misbehaviour, misbehaviours } from './misbehaviours.ts';

async function perform(attempt: Attempt): Promise<void> {
  const pair = attempt.number - 1;
  const misbehaviour = misbehaviours[Math.floor(pair / MODELS.length)] as Misbehaviour;
  const model = MODELS[pair % MODELS.length] as string;
  const server = await serveBadly(misbehaviour);
  const load =
    attempt.random() < 0.5
      ? ['-c', '2', '-d', '100ms']
      : ['-r', '300', '--arrivals', 'constant', '-d', '200ms'];
  attempt.about(`${misbehaviour.name}, ${model}, ${load.slice(0, 2).join(' ')}`);
  try {
    const words = [
      'run',
      'http-get',
      '-m',
      model,
      ...load,
      '-p',
      `http-get.url=${server.url}`,
      '-t',
      '1',
      '--warmup',
      '0',
    ];
    const limit = ['--time-limit', misbehaviour.isSilent ? '5s' : '40s'];
    const ended = await attempt.run([
      ...words,
      ...limit,
      '--threads',
      '4',
      '--data',
      'data',
      '--no-charts',
      '--json',
    ]);
    const [trial] = checkRun(attempt, ended, 1);
    const completed = trial?.status === 'measured' ? trial.completed : 0;
    if (completed > server.given()) {
      attempt.fault(
        'invented',
        `${completed} requests completed; the server was asked ${server.asked()} times, and gave ${server.given()} answers`,
      );
    }
    const failure = misbehaviour.isFair && trial ? failureOf(trial) : undefined;
    if (failure !== undefined) attempt.fault('other', `all is within HTTP, and ${failure}`);
    await attempt.leave();
  } finally {
    server.close();
  }
}

/**
 * What failed; on a busy machine it may be that nothing ended at all within a short window, which is no
 * failure.
 */
function failureOf(trial: TrialRecord): string | undefined {
  if (trial.status === 'measured')
    return trial.failed > 0 ? `${trial.failed} requests failed: ${JSON.stringify(trial.errors)}` : undefined;
  const reason = sentenceOf(trial.reason);
  return /^none of 0 requests/.test(reason) ? undefined : `it failed: ${reason}`;
}

export const servers: Kind = {
  name: 'servers',
  what: `${misbehaviours.length} servers that misbehave x ${MODELS.length} models`,
  tries: misbehaviours.length * MODELS.length,
  secondsPerTry: 1.7,
  limitSeconds: 60,
  perform,
};
