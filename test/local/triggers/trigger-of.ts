import { EventEmitter, once } from 'node:events';
import pino from 'pino';
import { defineTrigger, type TriggerEventName, type TriggerEvents } from '../../../app/platform/triggers/trigger.js';
import { customers } from '../../harness/fixture-api/access.js';

/** An event that a trigger received, and the pool's name, which is the trigger's as well. */
export interface Received {
  poolName: string;
  event: { triggerSource: string; request: Record<string, unknown>; [member: string]: unknown };
}

type Line = Record<string, unknown>;

/** Records the events of the triggers that it makes, and what is logged; a pool has the triggers of its test alone. */
export function recorder() {
  const seen: Received[] = [];
  const triggerOf = <Name extends TriggerEventName>(
    poolName: string,
    event: Name,
    change: (event: TriggerEvents[Name]) => unknown,
  ) => {
    const trigger = defineTrigger(customers, event, async (given) => {
      seen.push({ poolName, event: structuredClone(given) as unknown as Received['event'] });
      return ((await change(given)) ?? given) as never;
    });
    return { name: poolName, poolName, trigger };
  };
  const eventsOf = (poolName: string) => seen.filter((each) => each.poolName === poolName).map(({ event }) => event);

  const lines: Line[] = [];
  const arrivals = new EventEmitter();
  const write = (line: string) => {
    lines.push(JSON.parse(line) as Line);
    arrivals.emit('line');
  };
  const log = pino({ base: null, level: 'warn' }, { write });
  /** The first line of a trigger, once it is there. */
  const loggedOf = async (name: string): Promise<Line> => {
    for (;;) {
      const found = lines.find(({ trigger }) => trigger === name);
      if (found) return found;
      await once(arrivals, 'line');
    }
  };
  return { triggerOf, eventsOf, log, lines, loggedOf };
}
