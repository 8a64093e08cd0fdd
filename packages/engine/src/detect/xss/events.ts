import { startsWithName } from './names.ts';

/**
 * Whether bytes begin with the name of an event that some browser has an `on…` attribute for. Beginning is enough: it is
 * how libinjection compares, and browsers keep adding events with longer names.
 */
export function startsWithEventName(source: string, start: number, end: number): boolean {
  const names = eventsByFirstLetter[(source.charCodeAt(start) | 0x20) - FIRST_LETTER];
  if (names === undefined) return false;
  for (const name of names) {
    if (startsWithName(source, start, end, name)) return true;
  }
  return false;
}

const EVENTS = `
abort activate active addsourcebuffer addstream addtrack afterprint animationcancel animationend
animationiteration animationstart audioend audioprocess audiostart autocomplete autocompleteerror beforeactivate
beforecopy beforecut beforeinput beforeload beforepaste beforeprint beforeunload beginevent blocked blur
boundary bufferedamountlow cached cancel canplay canplaythrough change chargingchange chargingtimechange
checking click close complete compositionend compositionstart compositionupdate connect connecting
connectionstatechange contextmenu controllerchange copy cuechange cut dataavailable datachannel dblclick
devicechange devicemotion deviceorientation dischargingtimechange disconnect domactivate
domcharacterdatamodified domcontentloaded domfocusin domfocusout domnodeinserted domnodeinsertedintodocument
domnoderemoved domnoderemovedfromdocument domsubtreemodified downloading drag dragend dragenter dragleave
dragover dragstart drop durationchange emptied encrypted end ended endevent enter enterpictureinpicture error
exit fetch finish focus focusin focusout formchange forminput gamepadconnected gamepaddisconnected gesturechange
gestureend gesturescrollend gesturescrollstart gesturescrollupdate gesturestart gesturetap gesturetapdown
gotpointercapture hashchange icecandidate icecandidateerror iceconnectionstatechange icegatheringstatechange
inactive input inputsourceschange install invalid keydown keypress keystatuseschange keyup languagechange
leavepictureinpicture levelchange load loadeddata loadedmetadata loadend loading loadingdone loadingerror
loadstart lostpointercapture mark merchantvalidation message messageerror mousedown mouseenter mouseleave
mousemove mouseout mouseover mouseup mousewheel mute negotiationneeded nexttrack nomatch noupdate obsolete
offline online open orientationchange overconstrained overflowchanged pagehide pageshow paste pause
payerdetailchange paymentauthorized paymentmethodchange paymentmethodselected play playing pointercancel
pointerdown pointerenter pointerleave pointerlockchange pointerlockerror pointermove pointerout pointerover
pointerup popstate previoustrack processorerror progress propertychange ratechange readystatechange
rejectionhandled remove removesourcebuffer removestream removetrack reset resize resourcetimingbufferfull result
resume scroll search securitypolicyviolation seeked seeking select selectend selectionchange selectstart
shippingaddresschange shippingcontactselected shippingmethodselected shippingoptionchange show
signalingstatechange slotchange soundend soundstart sourceclose sourceended sourceopen speechend speechstart
squeeze squeezeend squeezestart stalled start started statechange stop storage submit success suspend textinput
timeout timeupdate toggle tonechange touchcancel touchend touchforcechange touchmove touchstart track
transitioncancel transitionend transitionrun transitionstart uncapturederror unhandledrejection unload unmute
update updateend updatefound updateready updatestart upgradeneeded validatemerchant versionchange
visibilitychange volumechange waiting waitingforkey webglcontextchanged webglcontextcreationerror
webglcontextlost webglcontextrestored webkitanimationend webkitanimationiteration webkitanimationstart
webkitbeforetextinserted webkitbeginfullscreen webkitcurrentplaybacktargetiswirelesschanged webkitendfullscreen
webkitfullscreenchange webkitfullscreenerror webkitkeyadded webkitkeyerror webkitkeymessage
webkitmouseforcechanged webkitmouseforcedown webkitmouseforceup webkitmouseforcewillbegin webkitneedkey
webkitnetworkinfochange webkitplaybacktargetavailabilitychanged webkitpresentationmodechanged
webkitregionoversetchange webkitremovesourcebuffer webkitsourceclose webkitsourceended webkitsourceopen
webkitspeechchange webkittransitionend webkitwillrevealbottom webkitwillrevealleft webkitwillrevealright
webkitwillrevealtop wheel write writeend writestart zoom
`;

const FIRST_LETTER = 0x61;

const eventsByFirstLetter: readonly (readonly string[])[] = groupByFirstLetter(EVENTS.trim().split(/\s+/));

function groupByFirstLetter(names: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = Array.from({ length: 26 }, () => []);
  for (const name of names) groups[name.charCodeAt(0) - FIRST_LETTER]!.push(name);
  return groups;
}
