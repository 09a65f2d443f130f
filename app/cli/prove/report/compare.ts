import type { AccessChanges, AccessReport, Cell, ReportCaller, ReportRoute, RouteCaller } from '../access-report.js';

/** Of refusals, only these come after the check of who is calling. */
const STATUSES_AFTER_ACCESS = new Set([409, 412, 413, 415, 422, 428]);
/** Of callers in one line; the report has them all. */
const MAX_NAMES = 8;

/** What changed in who may call what between two reports. A caller whose description changed is another one. */
export function compareReports(old: AccessReport, now: AccessReport): AccessChanges {
  const same = new Set(now.callers.filter((caller) => isIn(old.callers, caller)).map(({ name }) => name));
  const before = new Map(old.routes.map((route) => [route.route, accessOf(route)]));
  const changed = now.routes.flatMap((route) =>
    [...accessOf(route)]
      .filter(([caller, isAdmitted]) => same.has(caller) && before.get(route.route)?.get(caller) === !isAdmitted)
      .map(([caller, isAdmitted]) => ({ route: route.route, caller, isAdmitted })),
  );
  const select = (wanted: boolean): RouteCaller[] =>
    changed.filter(({ isAdmitted }) => isAdmitted === wanted).map(({ route, caller }) => ({ route, caller }));
  const otherRoutes = ({ routes }: AccessReport, than: AccessReport) =>
    routes.map(({ route }) => route).filter((name) => than.routes.every(({ route }) => route !== name));
  const otherCallers = ({ callers }: AccessReport) => callers.map(({ name }) => name).filter((name) => !same.has(name));
  return {
    against: { ...old.package, finishedAt: old.finishedAt },
    admitted: select(true),
    refused: select(false),
    routesAdded: otherRoutes(now, old),
    routesRemoved: otherRoutes(old, now),
    callersAdded: otherCallers(now),
    callersRemoved: otherCallers(old),
  };
}

const isIn = (callers: readonly ReportCaller[], { name, description }: ReportCaller) =>
  callers.some((caller) => caller.name === name && caller.description === description);

const accessOf = ({ cells }: ReportRoute) => new Map(cells.map((cell) => [cell.caller, isAdmitted(cell)]));

/** Whether the caller may call the route: as the answers show where they are wrong, otherwise as the route's line says. */
function isAdmitted({ result, expected, exchanges }: Cell): boolean {
  if (result !== 'wrong') return expected.admitted;
  return exchanges.some(({ answer }) => answer && (answer.status < 400 || STATUSES_AFTER_ACCESS.has(answer.status)));
}

/** The changes of a report, a sentence each; names are written by `quote`. */
export function changeLines({ changes, routes }: AccessReport, quote = (name: string) => name): string[] {
  if (!changes) return [];
  const list = (names: readonly string[]) => {
    const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
    return `${names.slice(0, MAX_NAMES).map(quote).join('; ')}${more}`;
  };
  const withAllow = (name: string) =>
    `${quote(name)}, for ${quote(routes.find(({ route }) => route === name)?.allow ?? '')}`;
  const perRoute = (verb: string, changed: readonly RouteCaller[]) =>
    Array.from(new Set(changed.map(({ route }) => route)), (route) => {
      const callers = changed.filter((entry) => entry.route === route).map(({ caller }) => caller);
      return `${withAllow(route)}, now ${verb} ${list(callers)}.`;
    });
  const lines = [
    ...perRoute('admits', changes.admitted),
    ...perRoute('refuses', changes.refused),
    ...changes.routesAdded.map((route) => `New route ${withAllow(route)}.`),
    ...changes.routesRemoved.map((route) => `Route ${quote(route)} is gone.`),
    ...(changes.callersAdded.length > 0 ? [`New callers: ${list(changes.callersAdded)}.`] : []),
    ...(changes.callersRemoved.length > 0 ? [`Callers that are gone: ${list(changes.callersRemoved)}.`] : []),
  ];
  return lines.length > 0 ? lines : ['Nothing changed in who may call what.'];
}
