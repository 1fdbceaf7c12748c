import config from './jest.config.js';

/** Every supported companion of the package. It installs much and takes long, so that only `npm run test:matrix` runs it. */
export default { ...config, roots: ['<rootDir>/test/matrix'], testPathIgnorePatterns: ['/node_modules/'] };
