/** The script of the page, which `page.config.ts` builds from `src/page`: the build puts it in place of this module. */
export const script: string;
/** Its style sheet. */
export const style: string;
