/** The User-Agent of the phone, towards the shop and in the scripts of its pages. */
export const USER_AGENT = [
  'Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A; wv)',
  'AppleWebKit/537.36 (KHTML, like Gecko)',
  'Version/4.0 Chrome/126.0.6478.188 Mobile Safari/537.36 XWEB/1260117 MMWEBSDK/20240501',
  'MicroMessenger/8.0.49.2600(0x28003137) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64',
].join(' ');
