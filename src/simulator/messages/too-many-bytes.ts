/**
 * The text with which WeChat refuses a field whose limit counts bytes of UTF-8.
 *
 * @param source the place of the field, such as `/body/attach`
 * @param label what WeChat calls the field
 */
export const tooManyBytes = (source: string, label: string, bytes: number, max: number): string =>
  `输入源“${source}”映射到字符串字段“${label}”规则校验失败，字节数 ${bytes}，大于最大值 ${max}`;
