/** A flag that may be given several times. */
export const collect = (value: string, before: string[] = []) => [...before, value];

export const PASSWORD = ['--password-stdin', 'take the password from the first line of stdin'] as const;
