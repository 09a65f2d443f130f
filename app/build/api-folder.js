import path from 'node:path';

/**
 * Puts the API of another folder in the place of `app/api`, as the tests do with an API of their own.
 * @type {(folder: string) => import('esbuild').Plugin}
 */
export const apiFolder = (folder) => ({
  name: 'api-folder',
  setup(build) {
    const own = path.resolve('app/api');
    build.onResolve({ filter: /^\.{1,2}\/.*\bapi\// }, ({ path: imported, resolveDir, kind, importer }) => {
      const target = path.resolve(resolveDir, imported);
      if (!target.startsWith(own + path.sep)) return undefined;
      const moved = path.join(path.resolve(folder), path.relative(own, target));
      return build.resolve(moved, { resolveDir, kind, importer });
    });
  },
});
