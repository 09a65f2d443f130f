import { defineTrigger, type TriggerEventName, type TriggerEvents } from '../../../app/platform/triggers/trigger.js';
import { customers } from '../../harness/fixture-api/access.js';

/** An event that a trigger received, and the pool's name, which is the trigger's as well. */
export interface Received {
  poolName: string;
  event: { triggerSource: string; request: Record<string, unknown>; [member: string]: unknown };
}

/** Records the events of the triggers that it makes; a pool has the triggers of its test alone. */
export function recorder() {
  const seen: Received[] = [];
  const triggerOf = <Name extends TriggerEventName>(
    poolName: string,
    event: Name,
    change: (event: TriggerEvents[Name]) => unknown,
  ) => {
    const trigger = defineTrigger(customers, event, async (given) => {
      seen.push({ poolName, event: structuredClone(given) as unknown as Received['event'] });
      return ((await change(given)) ?? given) as TriggerEvents[Name];
    });
    return { name: poolName, poolName, trigger };
  };
  const eventsOf = (poolName: string) => seen.filter((each) => each.poolName === poolName).map(({ event }) => event);
  return { triggerOf, eventsOf };
}
