// In our sources './x.js' names './x.ts', as TypeScript's nodenext resolution has it.
module.exports = (request, options) => {
  if (request.startsWith('.') && request.endsWith('.js') && !options.basedir.includes('node_modules')) {
    try {
      return options.defaultResolver(request.replace(/\.js$/, '.ts'), options);
    } catch {
      // a plain .js file after all
    }
  }
  return options.defaultResolver(request, options);
};
