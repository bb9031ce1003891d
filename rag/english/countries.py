"""Names of countries and of what belongs to them: "Japanese" tells of Japan, "Britain" is the United Kingdom.

Facts from common knowledge: the members of the United Nations, some more that news calls countries, and the states of
the United States.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rag.english.words import normalised

_COUNTRIES = """
Afghanistan: Afghan Afghans; Albania: Albanian Albanians; Algeria: Algerian Algerians; Andorra: Andorran Andorrans;
Angola: Angolan Angolans; Argentina: Argentine Argentines Argentinian Argentinians; Armenia: Armenian Armenians;
Australia: Australian Australians; Austria: Austrian Austrians; Azerbaijan: Azerbaijani Azerbaijanis Azeri;
Bahamas: Bahamian Bahamians; Bahrain: Bahraini Bahrainis; Bangladesh: Bangladeshi Bangladeshis; Barbados: Barbadian;
Belarus: Belarusian Belarusians; Belgium: Belgian Belgians; Belize: Belizean; Benin: Beninese; Bhutan: Bhutanese;
Bolivia: Bolivian Bolivians; Bosnia and Herzegovina: Bosnia Bosnian Bosnians; Botswana: Botswanan;
Brazil: Brazilian Brazilians; Brunei: Bruneian; Bulgaria: Bulgarian Bulgarians; Burkina Faso: Burkinabe;
Burundi: Burundian; Cambodia: Cambodian Cambodians; Cameroon: Cameroonian Cameroonians; Canada: Canadian Canadians;
Cape Verde: Cabo_Verde Cape_Verdean; Central African Republic:; Chad: Chadian Chadians; Chile: Chilean Chileans;
China: Chinese; Colombia: Colombian Colombians; Comoros: Comorian; Costa Rica: Costa_Rican Costa_Ricans;
Croatia: Croatian Croatians; Cuba: Cuban Cubans; Cyprus: Cypriot Cypriots; Czech Republic: Czechia Czech Czechs;
Democratic Republic of the Congo: DR_Congo DRC; Denmark: Danish Danes; Djibouti: Djiboutian; Dominica:;
Dominican Republic: Dominican Dominicans; East Timor: Timor-Leste; Ecuador: Ecuadorian Ecuadorians;
Egypt: Egyptian Egyptians; El Salvador: Salvadoran Salvadorans; England: English; Equatorial Guinea:;
Eritrea: Eritrean Eritreans; Estonia: Estonian Estonians; Eswatini: Swaziland; Ethiopia: Ethiopian Ethiopians;
Fiji: Fijian Fijians; Finland: Finnish Finns; France: French; Gabon: Gabonese; Gambia: Gambian; Georgia: Georgian
Georgians; Germany: German Germans; Ghana: Ghanaian Ghanaians; Greece: Greek Greeks; Grenada: Grenadian;
Guatemala: Guatemalan Guatemalans; Guinea: Guinean; Guinea-Bissau:; Guyana: Guyanese; Haiti: Haitian Haitians;
Honduras: Honduran Hondurans; Hong Kong:; Hungary: Hungarian Hungarians; Iceland: Icelandic Icelanders; India: Indian
Indians; Indonesia: Indonesian Indonesians; Iran: Iranian Iranians; Iraq: Iraqi Iraqis; Ireland: Irish;
Israel: Israeli Israelis; Italy: Italian Italians; Ivory Coast: Ivorian Ivorians; Jamaica: Jamaican Jamaicans;
Japan: Japanese; Jordan: Jordanian Jordanians; Kazakhstan: Kazakh Kazakhs Kazakhstani; Kenya: Kenyan Kenyans; Kiribati:;
Kosovo: Kosovar Kosovars; Kuwait: Kuwaiti Kuwaitis; Kyrgyzstan: Kyrgyz; Laos: Laotian Lao; Latvia: Latvian Latvians;
Lebanon: Lebanese; Lesotho: Basotho; Liberia: Liberian Liberians; Libya: Libyan Libyans; Liechtenstein:;
Lithuania: Lithuanian Lithuanians; Luxembourg: Luxembourgish; Madagascar: Malagasy; Malawi: Malawian; Malaysia:
Malaysian Malaysians; Maldives: Maldivian; Mali: Malian Malians; Malta: Maltese; Marshall Islands: Marshallese;
Mauritania: Mauritanian; Mauritius: Mauritian; Mexico: Mexican Mexicans; Micronesia:; Moldova: Moldovan Moldovans;
Monaco:; Mongolia: Mongolian Mongolians; Montenegro: Montenegrin Montenegrins; Morocco: Moroccan Moroccans;
Mozambique: Mozambican; Myanmar: Burma Burmese; Namibia: Namibian; Nauru: Nauruan; Nepal: Nepalese Nepali;
Netherlands: Holland Dutch; New Zealand: New_Zealander New_Zealanders; Nicaragua: Nicaraguan Nicaraguans;
Niger: Nigerien; Nigeria: Nigerian Nigerians; North Korea: North_Korean North_Koreans; North Macedonia: Macedonian;
Norway: Norwegian Norwegians; Oman: Omani Omanis; Pakistan: Pakistani Pakistanis; Palau: Palauan; Palestine: Palestinian
Palestinians; Panama: Panamanian; Papua New Guinea:; Paraguay: Paraguayan; Peru: Peruvian Peruvians; Philippines:
Philippine Filipino Filipinos; Poland: Polish Poles; Portugal: Portuguese; Puerto Rico: Puerto_Rican; Qatar: Qatari
Qataris; Republic of the Congo:; Romania: Romanian Romanians; Russia: Russian Russians; Rwanda: Rwandan Rwandans;
Saint Lucia:; Samoa: Samoan Samoans; San Marino:; Saudi Arabia: Saudi Saudis; Scotland: Scottish Scots; Senegal:
Senegalese; Serbia: Serbian Serbs; Seychelles:; Sierra Leone:; Singapore: Singaporean; Slovakia: Slovak Slovaks;
Slovenia: Slovenian; Solomon Islands:; Somalia: Somali Somalis; South Africa: South_African South_Africans;
South Korea: South_Korean South_Koreans; South Sudan: South_Sudanese; Spain: Spanish Spaniards; Sri Lanka: Sri_Lankan
Sri_Lankans; Sudan: Sudanese; Suriname: Surinamese; Sweden: Swedish Swedes; Switzerland: Swiss; Syria: Syrian Syrians;
Taiwan: Taiwanese; Tajikistan: Tajik Tajiks; Tanzania: Tanzanian; Thailand: Thai Thais; Togo: Togolese; Tonga: Tongan;
Trinidad and Tobago:; Tunisia: Tunisian Tunisians; Turkey: Türkiye Turkish Turks; Turkmenistan: Turkmen; Tuvalu:;
Uganda: Ugandan Ugandans; Ukraine: Ukrainian Ukrainians; United Arab Emirates: UAE Emirati; United Kingdom: Britain
Great_Britain UK U.K. British Britons; United States: US U.S. USA U.S.A. America American Americans
United_States_of_America; Uruguay: Uruguayan; Uzbekistan: Uzbek Uzbeks; Vanuatu:; Vatican City: Vatican; Venezuela:
Venezuelan Venezuelans; Vietnam: Vietnamese; Wales: Welsh; Yemen: Yemeni Yemenis; Zambia: Zambian; Zimbabwe: Zimbabwean
Zimbabweans
"""
_OTHER_NAMES = (
    "Bosnia Czechia DRC DR_Congo Swaziland Burma Holland Türkiye UAE Britain Great_Britain UK U.K. US U.S. USA U.S.A. "
    "America United_States_of_America Vatican Cabo_Verde Timor-Leste"
).split()
_STATES = (
    "Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii Idaho Illinois "
    "Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri "
    "Montana Nebraska Nevada New_Hampshire New_Jersey New_Mexico New_York North_Carolina North_Dakota Ohio Oklahoma "
    "Oregon Pennsylvania Rhode_Island South_Carolina South_Dakota Tennessee Texas Utah Vermont Virginia Washington "
    "West_Virginia Wisconsin Wyoming"
).split()


def _spelled(name: str) -> str:
    return normalised(name.replace("_", " "))


def _told_by() -> Mapping[str, str]:
    """Every word for a country and its people → the country."""
    told: dict[str, str] = {}
    for entry in _COUNTRIES.split(";"):
        country, _, others = entry.partition(":")
        name = _spelled(" ".join(country.split()))
        told |= {_spelled(word): name for word in others.split()} | {name: name}
    return told


_COUNTRY_OF = _told_by()
_NAMES = frozenset(_COUNTRY_OF.values()).union(map(_spelled, _OTHER_NAMES))
_US_STATES = frozenset(map(_spelled, _STATES))


def country_told_by(text: str) -> str | None:
    """The country, normalised, that a name, a people or an adjective tells of: "Dutch" → "netherlands"."""
    return _COUNTRY_OF.get(normalised(text))


def tell_of(words: Iterable[str], country: str) -> bool:
    """Whether normalised words hold one for a country or its people."""
    return any(_COUNTRY_OF.get(word) == country for word in words)


def is_country(text: str) -> bool:
    """Whether words are the name of a country, not of its people or what belongs to it."""
    return normalised(text) in _NAMES


def is_state(text: str) -> bool:
    """Whether words are the name of a state of the United States."""
    return normalised(text) in _US_STATES
