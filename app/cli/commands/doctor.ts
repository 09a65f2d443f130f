import type { Parts } from '../command.js';
export interface DoctorOptions { user?: string; passwordStdin?: boolean }
export async function doctor(_parts: Parts, _options: DoctorOptions): Promise<void> {}
