/** The answer to a notification: status, content type and body of the HTTP response. */
export interface NotificationReply {
  status: number;
  type?: 'text/xml' | 'application/json';
  body?: string;
}

/** The two answers that WeChat Pay reads, in the form of one API version. */
export interface NotificationReplies {
  /** The effect is durable: WeChat Pay does not send the notification again. */
  readonly acknowledged: NotificationReply;
  /**
   * WeChat Pay sends the notification again. The text is the same for every refusal: the reason is logged and never sent.
   *
   * @param status 400 or more
   */
  refused(status: number): NotificationReply;
}
