import { describe, expect, test } from '@jest/globals';
import { checkNotificationHeaders, formatOf } from '../../../../src/client/merchant/notification-format.js';

const headers = (type?: string) => (type === undefined ? {} : { 'content-type': [type] });

describe('the API version of a notification', () => {
  test.each([
    ['<xml/>', 'v2'],
    ['{"id":"x"}', 'v3'],
    ['', 'v3'],
    [' <xml/>', 'v3'],
  ])('is told by its body: %j', (body, version) => {
    expect(formatOf({}, Buffer.from(body)).version).toBe(version);
  });

  test.each([
    ['text/xml', 'v2'],
    ['application/xml; charset=utf-8', 'v2'],
    ['application/json', 'v3'],
    ['text/plain', 'v3'],
    [undefined, 'v3'],
  ])('is told by the content type %s before the body is read', (type, version) => {
    expect(formatOf(headers(type)).version).toBe(version);
    expect(formatOf(headers(type), Buffer.alloc(0)).version).toBe(version);
  });

  test.each(['text/xml', 'application/json', undefined])(
    'is told by the body whatever the content type says: %s',
    (type) => {
      expect(formatOf(headers(type), Buffer.from('<xml/>')).version).toBe('v2');
      expect(formatOf(headers(type), Buffer.from('{}')).version).toBe('v3');
    },
  );
});

describe('headers are checked before the body is read', () => {
  test.each(['application/json', 'Application/JSON; charset=utf-8'])('where the content type is %s', (type) => {
    expect(() => checkNotificationHeaders(headers(type))).toThrow(
      expect.objectContaining({ code: 'ERR_WXPAY_BAD_REQUEST', status: 400 }),
    );
  });

  test.each(['text/xml', 'text/plain', 'application/jsonp', undefined])(
    'but a notification with the content type %s is read first',
    (type) => {
      expect(() => checkNotificationHeaders(headers(type))).not.toThrow();
    },
  );
});

describe('the answers to a notification', () => {
  test('are XML under API v2', () => {
    const { acknowledged, refused } = formatOf(headers('text/xml'));
    expect(acknowledged).toMatchObject({ status: 200, type: 'text/xml' });
    expect(refused(503)).toEqual({
      status: 503,
      type: 'text/xml',
      body: '<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[FAIL]]></return_msg></xml>',
    });
  });

  test('are an empty 204 and JSON under API v3', () => {
    const { acknowledged, refused } = formatOf(headers('application/json'));
    expect(acknowledged).toEqual({ status: 204 });
    expect(refused(401)).toEqual({
      status: 401,
      type: 'application/json',
      body: '{"code":"FAIL","message":"失败"}',
    });
  });
});
