import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What these tests need and this machine lacks. */
export function missingTools(): string[] {
  return ['terraform', 'moto_server'].filter((tool) => !isOnPath(tool));
}

function isOnPath(tool: string) {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
