// What each emoji of list.js is called, and other words that find it: name;word,word|
export default `
cara sonriendo;divertido,feliz|cara sonriendo con ojos grandes;divertido,risa|
cara sonriendo con ojos sonrientes;abierta,sonrisa|cara radiante con ojos sonrientes;risa,sonrisa|
cara sonriendo con los ojos cerrados;abierta,boca|cara sonriendo con sudor frío;risa|
cara revolviéndose de la risa;carcajada,ojos cerrados|cara llorando de risa;felicidad,lágrima|
cara sonriendo ligeramente;sonrisa|cara al revés|cara derritiéndose;calor,derretido|cara guiñando el ojo;guiño|
cara feliz con ojos sonrientes;rubor,sonrisa|cara sonriendo con aureola;halo,sonrisa|
cara sonriendo con corazones;adorar,amor|cara sonriendo con ojos de corazón;amor,sonrisa|
cara sonriendo con estrellas;sonrisa|cara lanzando un beso|cara besando;beso|cara sonriente;contorno,relajado|
cara besando con los ojos cerrados;beso|cara besando con ojos sonrientes;beso,sonrisa|
cara sonriente con lágrima;agradecido,aliviado|cara saboreando comida;delicioso,hambre|cara sacando la lengua|
cara sacando la lengua y guiñando un ojo;guiño|cara de loco;grande,ojo|cara con ojos cerrados y lengua fuera;sabor|
cara con lengua de dinero;boca|cara con manos abrazando;abrazo,sonrisa|cara con mano sobre la boca;ostras,vaya|
cara con ojos abiertos y boca tapada;alucinar,asombro|cara tapada con ojo espiando;espiar,fascinado|
cara pidiendo silencio;callado|cara pensativa;duda,pensando|cara saludando;ejército,orden|
cara con la boca cerrada con cremallera|cara con ceja alzada;desconfiado,escéptico|cara neutral;inexpresivo|
cara sin expresión;inexpresiva,inexpresivo|cara sin boca;callado,silencio|
cara con línea de puntos;depresivo,deprimido|cara entre las nubes;ausente,cabeza en las nubes|
cara sonriendo con superioridad;listillo|cara de desaprobación;insatisfacción,rechazo|
cara con ojos en blanco;frustración,vueltos|cara haciendo una mueca|cara exhalando;alivio,bocanada|
cara de mentiroso;nariz,pinocho|cara temblorosa;shock,temblar|cabeza negando;negar|cabeza asintiendo;asentir|
cara de alivio;aliviado|cara desanimada;alicaído,desanimado|cara de sueño;dormir|cara babeando;baba|
cara durmiendo;dormido,sueño|cara con ojeras;agotado,agotamiento|cara con mascarilla médica;enfermo,malo|
cara con termómetro;enfermo,malo|cara con la cabeza vendada;dolor,herida|cara de náuseas;vomitar|
cara vomitando;enfermo,malo|cara estornudando;estornudar,estornudo|cara con calor;cara roja,fiebre|
cara con frío;cara congelada,congelado|cara de grogui;atontado,entonado|cara mareada;mareo|
cara con ojos en espiral;hipnotizado,indispuesto|cabeza explotando;explosión|cara con sombrero de vaquero;vaquera|
cara de fiesta;capirote,celebración|cara disfrazada;careta,disimulo|cara sonriendo con gafas de sol;guay|
cara de empollón;friki,friqui|cara con monóculo;aristocrático,estirado|cara de confusión;confuso|
cara con boca diagonal;decepcionado,decepción|cara preocupada;preocupación,preocupado|
cara con el ceño ligeramente fruncido|cara con el ceño fruncido|cara con la boca abierta|
cara estupefacta;alucinado,estupefacto|cara asombrada;alucinado,asombrado|cara sonrojada;colorado,sonrojado|
cara deformada;ansiedad,conmocionado|cara suplicante;implorar,ojos adorables|
cara aguantándose las lágrimas;emocionado,emoción|cara con el ceño fruncido y la boca abierta|
cara angustiada;angustiado|cara asustada;asustado,miedo|cara con ansiedad y sudor;frío|
cara triste pero aliviada;aliviado,decepcionado|cara llorando;llorar,lágrima|cara llorando fuerte;llorar,lágrima|
cara gritando de miedo;asustado,pánico|cara de frustración;frustrado|cara desesperada;desesperación,frustración|
cara decepcionada;decepcionado,decepción|cara con sudor frío|cara agotada;agotado,cansado|cara cansada;cansado|
cara de bostezo;aburrido,cansado|cara resoplando;cabreo,enfado|cara cabreada;cabreo,enfadado|
cara enfadada;enfadado,histérico|cara con símbolos en la boca;maldecir,palabrota|
cara sonriendo con cuernos;demonio,sonrisa|cara enfadada con cuernos;demonio,diablo|calavera;cara,cuento|
calavera y huesos cruzados;cara,muerte|caca con ojos;cómic,mierda|cara de payaso|demonio japonés oni;cara,cuento|
demonio japonés tengu;cara,cuento|fantasma;cara,criatura|alienígena;cara,criatura|monstruo alienígena;cara,criatura|
robot;cara,monstruo|gato sonriendo;cara,feliz|gato sonriendo con ojos sonrientes;cara,sonrisa|
gato llorando de risa;cara,lágrima|gato sonriendo con ojos de corazón;cara,enamorado|
gato haciendo una mueca;cara,irónico|gato besando;beso,cara|gato asustado;cara,preocupación|
gato llorando;cara,lágrima|gato enfadado;cara|mono con los ojos tapados;cara,mal|mono con los oídos tapados;cara,mal|
mono con la boca tapada;cara,mal|carta de amor;corazón,correo|corazón con flecha;amor,emoción|
corazón con lazo;emoción,san valentín|corazón brillante;amor,emoción|corazón creciente;emocionado,latido|
corazón latiendo;amor,emoción|corazones giratorios;corazón|dos corazones;amantes,amor|adorno de corazón|
exclamación de corazón;puntuación|corazón roto;emoción,partido|corazón en llamas;amor,fuego|
corazón vendado;bien,curarse|corazón rojo;emoción|corazón rosa;amor,bonito|corazón naranja;emoción|
corazón amarillo;emoción|corazón verde;emoción|corazón azul;emoción|corazón azul claro;celeste,cián|
corazón morado;emoción|corazón marrón;emoción|corazón negro|corazón gris;pizarra,plata|corazón blanco;emoción|
marca de beso;labios,romance|cien puntos;100,pleno|símbolo de enfado;cómic,enfadado|nube de pelea;alboroto,altercado|
colisión;cómic|símbolo de mareo;cómic,emoción|gotas de sudor;cómic,emoción|salir corriendo;carrera,correr|
agujero;orificio|bocadillo de diálogo;conversación,cómic|ojo en bocadillo de texto;testigo|
bocadillo de diálogo por la izquierda;burbuja,conversación|bocadillo de enfado por la derecha;cabreo,rabia|
bocadillo de pensamiento;burbuja,cómic|símbolo de sueño;cómic,dormir|mano saludando;agitar,saludar|
dorso de la mano;levantado|mano abierta;dedo|mano levantada;choca esos cinco|saludo vulcano;mano,spock|
mano hacia la derecha|mano hacia la izquierda|mano con la palma hacia abajo;bajar,descartar|
mano con la palma hacia arriba;acércate,dame|mano empujando hacia la izquierda;choca esos cinco,detener|
mano empujando hacia la derecha;choca esos cinco,detener|señal de aprobación con la mano|
dedos juntos apuntando hacia arriba;gesto,italia|mano pellizcando;pellizco,poco|mano con señal de victoria|
dedos cruzados;cruzar,mano|mano con dedo índice y pulgar cruzados;amor,caro|gesto de te quiero;mano|
mano haciendo el signo de cuernos;dedo,rock|mano haciendo el gesto de llamar;meñique,pulgar|
dorso de mano con índice a la izquierda;dedo|dorso de mano con índice a la derecha;dedo|
dorso de mano con índice hacia arriba;apuntar,dedo|dorso de mano con índice hacia abajo;apuntar,dedo|
dedo índice hacia arriba;apuntar,mano|dedo índice apuntándote a ti;apuntar|pulgar hacia arriba;mano,señal|
pulgar hacia abajo;mano,señal|puño en alto;cerrado,mano|puño cerrado;puñetazo|puño hacia la izquierda|
puño hacia la derecha|manos aplaudiendo;aplaudir,palmas|manos levantadas celebrando;celebración,gesto|
manos formando un corazón;amor|manos abiertas|palmas hacia arriba juntas;oración|apretón de manos;acuerdo|
manos en oración;gracias,orar|mano escribiendo;escribir,lápiz|pintarse las uñas;cosmética,esmalte|
selfi;autofoto,cámara|bíceps flexionado;cómic,fuerte|brazo mecánico;accesibilidad,ortopedia|
pierna mecánica;accesibilidad,ortopedia|pierna;extremidad,patada|pie;patada,pisotón|oreja;cuerpo|
oreja con audífono;accesibilidad,prótesis auditiva|nariz;cuerpo|cerebro;inteligente|
corazón humano;anatomía,cardiología|pulmones;exhalar,inhalar|diente;dentista,molar|hueso;esqueleto|ojos;cara|
bebé;joven,niño|infante;crío,género|niño;joven|niña;chica,joven|persona adulta;género,neutro|hombre;adulto|
mujer;adulta|anciano;hombre,mayor|anciana;mayor,mujer|persona haciendo el gesto de "no";mano,prohibido|
persona haciendo el gesto de "de acuerdo";mano,vale|persona de mostrador de información;mano|
persona con la mano levantada;feliz,gesto|persona haciendo una reverencia;disculpa,gesto|
persona con la mano en la frente;facepalm,incredulidad|persona encogida de hombros;duda,encogerse|mujer embarazada|
papá noel;celebración,claus|mamá noel;celebración,claus|persona recibiendo masaje;cara,facial|
persona cortándose el pelo;belleza,corte|persona corriendo;carrera,deporte|mujer bailando;bailar|
hombre bailando;bailar|personas con orejas de conejo;bailar,fiesta|persona nadando;nadar,natación|
persona levantando pesas;halterofilia,levantador|persona en bicicleta;ciclismo,ciclista|beso;personas,romance|
pareja enamorada;personas enamoradas|dos siluetas de bustos|familia|huellas de pies|cara de mono|mono;macaco,simio|
gorila;primate,simio|orangután;mono,primate|cara de perro;mascota|perro;cachorro,perrete|
perro guía;accesibilidad,ciego|perro de servicio;accesibilidad,apoyo|caniche;perrito,perro|lobo;cara|zorro;cara|
mapache;astuto,curioso|cara de gato;mascota|gato;gatete,minino|gato negro;mala suerte|león;cara,leo|cara de tigre|
tigre;felino|leopardo;felino|cara de caballo|alce;animal,asta|burro;animal,asno|
caballo;caballo de carreras,carreras de caballos|unicornio;cara|cebra;raya|ciervo;bambi,cervatillo|
bisonte;búfalo,cíbolo|cara de vaca|buey;cabestro,tauro|búfalo de agua|vaca;bovino,res|cara de cerdo;gorrino|
cerdo;cochino,gorrino|jabalí;cerdo salvaje|nariz de cerdo;cara,morro|carnero;aries,morueco|oveja;borrego,cordero|
cabra;capricornio,caprino|dromedario;camello,desierto|camello;bactriano,desierto|llama;alpaca,guanaco|jirafa;manchas|
elefante;paquidermo|mamut;colmillo,extinguido|rinoceronte;paquidermo|hipopótamo;paquidermo|cara de ratón|ratón;roedor|
rata;roedor|hámster;cara,mascota|cara de conejo;mascota|conejo;conejito,gazapo|ardilla|castor;roedor|
erizo;espinas,púas|murciélago;vampiro|oso;cara|oso polar;blanco,ártico|koala;cara,marsupial|panda;cara,oso panda|
perezoso;gandul,lento|nutria;bromista,juguetón|mofeta;apestar,hedor|canguro;marsupial,saltar|
tejón;ratel,tejón de la miel|huellas de pezuñas|pavo;ave|gallina;ave,gallinácea|gallo;ave,gallina|
pollito rompiendo el cascarón;ave,huevo|pollito;ave,pollo|pollito de frente;ave,pollo|pájaro;ave,pajarillo|
pingüino;ave|paloma;ave,paz|águila;ave|pato;ave|cisne;ave,patito feo|búho;ave,lechuza|dodo;ave,dronte|
pluma;ave,ligero|flamenco;extravangante,ostentoso|pavo real;ave,orgulloso|loro;ave,hablar|ala;angelical,ave|
pájaro negro;cuervo,grajo|oca;ave,ganso|fénix;ave de fuego,ave fénix|rana;cara|cocodrilo;caimán|tortuga;galápago|
lagarto;lagartija,reptil|serpiente;culebra,reptil|cara de dragón;cuento,fantasía|dragón;cuento,fantasía|
saurópodo;braquiosaurio,brontosaurio|t-rex;tiranosaurio,tiranosaurio rex|ballena soltando un chorro;chorro de agua|
ballena;cachalote,cetáceo|delfín;cetáceo|orca;ballena,mar|foca;león marino|pez;pececillo,pescado|pez tropical|
pez globo|tiburón;pez|pulpo;cefalópodo,octópodo|caracola;concha,espiral|coral;arrecife,océano|
medusa;invertebrado,marino|cangrejo;animal,cáncer|bogavante;langosta,marisco|gamba;camarón,comida|
calamar;comida,molusco|ostra;buceo,perla|caracol;caracola,molusco|mariposa;bonito,insecto|bicho;gusano,insecto|
hormiga;antenas,insecto|abeja;insecto,miel|escarabajo;bicho,insecto|mariquita;cochinilla,insecto|grillo;saltamontes|
cucaracha;alimaña,bicho|araña;insecto|tela de araña;telaraña|escorpión;escorpio,zodiaco|mosquito;fiebre,insecto|
mosca;basura,bicho|gusano;lombriz,oruga|microbio;ameba,bacteria|ramo de flores;bouquet|flor de cerezo|flor blanca|
loto;budismo,flor|roseta;flor,planta|rosa;flor|flor marchita;marchitada,marchitarse|flor de hibisco|girasol;flor|flor|
tulipán;flor|campanilla;boca de dragón,flor|planta joven;plantón|planta de maceta;crecer,tiesto|árbol de hoja perenne|
árbol de hoja caduca;caducifolio|palmera;árbol,árbol de palma|cactus;planta|espiga de arroz;planta|hierba;hoja,verde|
trébol;planta|trébol de cuatro hojas;suerte|hoja de arce|hojas caídas|hojas revoloteando al viento;revolotear,soplar|
nido vacío;anidación,anidamiento|nido con huevos;anidación,anidamiento|champiñón;hongo,seta|
árbol sin hojas;deshojado,estéril|uvas;agracejo,fruta|melón;fruta|sandía;fruta|mandarina;fruta,naranja|
limón;citrón,cítrico|lima;cítrico,fruta|plátano;banana,fruta|piña;ananás,fruta|mango;fruta,tropical|
manzana roja;fruta,poma|manzana verde;fruta,poma|pera;fruta,perilla|melocotón;durazno,fruta|cerezas;fruta,guindas|
fresa;fresón,fruta|arándanos;azul,baya|kiwi;comida,fruta|tomate;ensalada,fruta|aceituna;aperitivo,comida|
coco;palmera,piña colada|aguacate;comida,fruta|berenjena;fruto,verdura|patata;comida,papa|zanahoria;comida,verdura|
espiga de maíz;mazorca,mijo|chile picante;planta|pimiento;ají,chile|pepino;comida,pepinillo|
verdura de hoja verde;bok choy,col|brócoli;repollo|ajo;condimento,vampiro|cebolla;condimento,llorar|
cacahuetes;comida,fruto seco|alubias;comida,habichuela roja|castaña;castaño,fruto seco|
raíz de jengibre;cerveza,especia|vaina;edamame,guisante|champiñón marrón;comida,hongo|
túberculo comestible;chirivía,comida|pan de molde;rebanada,tostada|cruasán;bollo,comida|baguete;baguette,barra|
pan sin levadura;arepa,naan|bretzel;galleta salada,pretzel|bagel;bocadillo,pan|tortitas;comida,dulce|gofre;waffle|
cuña de queso;trozo|carne con hueso;restaurante|muslo de pollo;restaurante|corte de carne;chuleta,filete|
beicon;bacon,carne|hamburguesa;burger|patatas fritas;papas fritas,restaurante|pizza;porción,restaurante|
perrito caliente;salchicha|sándwich;bocadillo,bocata|taco;comida,mexicano|burrito;comida,mexicano|
tamal;mejicano,mexicano|pan relleno;comida,durum|falafel;albóndiga,garbanzo|huevo;comida|cocinar;freír,huevo|
paella;arroz,comida|olla de comida;comida de olla,puchero|fondue;chocolate,olla|cuenco con cuchara;cereal,desayuno|
ensalada;bol,comida|palomitas;maíz|mantequilla;lácteo|sal;condimento,salero|comida enlatada;conserva|
caja de bento;comida,restaurante|galleta de arroz|bola de arroz;japonés,onigiri|arroz cocido;restaurante|
arroz con curry;restaurante|tazón de fideos;fideos calientes,fideos chinos|espagueti;pasta,restaurante|
patata asada;papa asada,restaurante|brocheta;japonés,marisco|sushi;restaurante|gamba frita;frito,restaurante|
pastel de pescado japonés;comida japonesa|pastel de luna;festival,otoño|dango;japonés,pincho|dumpling;comida,gyōza|
galleta de la fortuna;adivinación,profecía|caja para llevar;restaurante|cucurucho de helado;dulce,helado de cucurucho|
granizado hawaiano;helado,hielo|helado;postre,sorbete|dónut;berlina,pastel|galleta;dulce,pasta|
tarta de cumpleaños;celebración|trozo de tarta;pedazo de tarta,restaurante|magdalena;cupcake,dulce|
pastel;masa,relleno|tableta de chocolate;barra,restaurante|caramelo;chuche,chuchería|piruleta;chuche,chuchería|
flan;dulce,postre|tarro de miel;dulce|biberón;bebé,bibi|vaso de leche;bebida|bebida caliente;café|
tetera;bebida,infusión|tazón de té;bebida,taza|sake;bar,bebida|botella descorchada;bar,beber|copa de vino;bar,bebida|
copa de cóctel;bar,restaurante|bebida tropical;bar,restaurante|jarra de cerveza;bar,restaurante|
jarras de cerveza brindando;bar,restaurante|copas brindando;bebida,brindar|vaso de whisky;chupito,copa|
líquido derramándose;bebida,derramar|vaso con pajita;refresco,zumo|té de burbujas;boba,bubble tea|
tetrabrik;brick,cartón|mate;bebida,infusión|cubito de hielo;frío,iceberg|palillos;cubiertos,hashi|
cuchillo y tenedor con un plato;restaurante|tenedor y cuchillo;restaurante|cuchara;cubiertos,cucharilla|
cuchillo de cocina;arma,cocinar|tarro;almacenar,condimento|ánfora;acuario,beber|
globo terráqueo mostrando europa y áfrica;mundo,planeta|globo terráqueo mostrando américa;mundo,planeta|
globo terráqueo mostrando asia y australia;mundo,planeta|globo terráqueo con meridianos;mundo,tierra|
mapa mundial;mapamundi,mundo|mapa de japón|brújula;compás,magnético|montaña con nieve;frío|montaña;monte|
desprendimiento;alud,avalancha|volcán;erupción,erupción volcánica|monte fuji;montaña,naturaleza|
camping;acampada,campamento|playa y sombrilla|desierto;arena|isla desierta|parque nacional|estadio|edificio clásico|
construcción;edificio,obra|ladrillo;arcilla,cemento|piedra;pedrusco,peña|madera;hoguera,leña|cabaña;casa,yurta|
casas;edificio,urbanización|casa abandonada;deshabitada,inhabitada|casa;vivienda|
casa con jardín;construcción,vivienda|edificio de oficinas;construcción|oficina de correos japonesa;edificio,japón|
oficina de correos europea;edificio,europa|hospital;doctor,edificio|banco;banca,edificio|hotel;alojamiento,edificio|
hotel del amor;edificio|tienda 24 horas;edificio,establecimiento|colegio;edificio,escuela|grandes almacenes;comercio|
fábrica;edificio,industria|castillo japonés;construcción|castillo europeo;construcción|
iglesia celebrando boda;romance|torre de tokio|estatua de la libertad;nueva,nyc|iglesia;cristianismo,cruz|
mezquita;islam,religión|templo hindú|sinagoga;judaísmo,religión|santuario sintoísta;japón,religión|kaaba;hach,islam|
fuente|tienda de campaña;camping,vacaciones|bruma;niebla|noche estrellada;estrellas|paisaje urbano;ciudad,edificio|
amanecer sobre montañas;salida,sol|amanecer;salida del sol|ciudad al atardecer;edificios,paisaje|
puesta del sol;edificios|puente de noche|aguas termales;termas,vapor|caballo de tiovivo;entretenimiento|
tobogán;jugar,parque|noria de feria;atracciones,entretenimiento|montaña rusa;atracciones,entretenimiento|
poste de barbero;barbería,peluquero|carpa de circo;entretenimiento|locomotora de vapor;tren,vehículo|
vagón;ferrocarril,tranvía|tren de alta velocidad;ave,ferrocarril|tren bala;shinkansen,vehículo|
tren;ferrocarril,vehículo|metro;subterráneo,suburbano|tren ligero;ferrocarril,transporte|estación de tren|
tranvía;transporte,trolebús|monorraíl;ferrocarril,monocarril|ferrocarril de montaña;vehículo|
vagón de tranvía;vehículo|autobús;bus,transporte|autobús próximo;vehículo|trolebús;transporte,tranvía|
minibús;autobús,bus|ambulancia;asistencia médica,transporte|coche de bomberos;camión,camión de bomberos|
coche de policía;coche patrulla,vehículo|coche de policía próximo;coche patrulla,vehículo|taxi;coche,vehículo|
taxi próximo;vehículo|coche;automóvil,vehículo|coche próximo;automóvil,vehículo|
vehículo deportivo utilitario;camping,caravana|camioneta;pickup,ranchera|camión de reparto;mercancías,transporte|
camión articulado;tráiler,vehículo|tractor;agricultura,vehículo|coche de carreras|moto;carreras,motocicleta|
scooter;escúter,moto|silla de ruedas manual;accesibilidad|silla de ruedas eléctrica;accesibilidad|
mototaxi;rickshaw,tuk tuk|bicicleta;vehículo|patinete|monopatín;skateboard,tabla|patines;patín,patín de 4 ruedas|
parada de autobús|autopista;carretera|vía de tren|barril de petróleo;bidón|
surtidor de gasolina;bomba de gasolina,combustible|rueda;círculo,girar|luces de policía;coche de policía|
semáforo horizontal;luz,señales de tráfico|semáforo;luz,semáforo vertical|señal de stop;octágono,parada|
obras;construcción,señal|ancla;barco,gancho|salvavidas;flotador,rescate|velero;barco,barco de vela|canoa;barca,barco|
lancha motora;barco,vehículo|barco de pasajeros;vehículo|ferri;barco,ferry|barco a motor;vehículo|barco;vehículo|
avión;aeroplano|avioneta;avión|avión despegando;aeroplano,salida|avión aterrizando;aeroplano,llegada|
paracaídas;ala delta,paracaidismo|asiento de transporte;plaza,silla|helicóptero;aspas,rotores|
ferrocarril de suspensión;vehículo|teleférico de montaña;cable,funicular|teleférico;aéreo,tranvía|
satélite;espacio,vehículo|cohete;espacio,vehículo|platillo volante;ovni|timbre de hotel;botones,campanilla|
equipaje;maleta,viajar|reloj de arena sin tiempo;temporizador|reloj de arena con tiempo;temporizador|reloj|
reloj despertador;alarma|cronómetro;reloj|temporizador;reloj|reloj de sobremesa|luna nueva;oscuridad|
luna creciente;cuarto,espacio|luna en cuarto creciente;espacio|luna gibosa creciente|luna llena;plenilunio|
luna gibosa menguante|luna en cuarto menguante|luna menguante|luna;creciente,espacio|luna nueva con cara;espacio|
luna de cuarto creciente con cara;espacio|luna de cuarto menguante con cara;creciente,espacio|termómetro;temperatura|
sol;espacio,rayos|luna llena con cara|sol con cara;brillante|planeta con anillos;saturnino,saturno|estrella;estelar|
estrella brillante;resplandeciente|estrella fugaz;lluvia|vía láctea;espacio,galaxia|nube;tiempo|
sol detrás de una nube;sol con nubes|nube con rayo y lluvia;trueno|sol detrás de una nube pequeña|
sol detrás de una nube grande|sol detrás de una nube con lluvia|nube con lluvia|nube con nieve;frío|nube con rayo|
tornado;nube,torbellino|niebla;nube|cara de viento;nube,soplar|ciclón;mareo,tifón|arcoíris;colores,lluvia|
paraguas cerrado;accesorios,lluvia|paraguas;lluvia,paraguas abierto|paraguas con gotas de lluvia|
sombrilla en la arena;sol|alto voltaje;electricidad,peligro|copo de nieve;frío|muñeco de nieve con nieve|
muñeco de nieve|meteorito;cometa,espacio|fuego;llama|gota;agua,cómic|ola de mar;océano|
calabaza de halloween;celebración,linterna|árbol de navidad;abeto de navidad,celebración|
fuegos artificiales;celebración|bengala;celebración,fuegos artificiales|petardo;dinamita,explosivo|
chispas;bengala,estrellas|globo;celebración|cañón de confeti;celebración,fiesta|bola de confeti;celebración|
árbol de tanabata;celebración,festividad|decoración de pino;año nuevo japonés,bambú|
muñecas japonesas;celebración,festival|banderín de carpas;celebración,koinobori|campanilla de viento;furin|
ceremonia de contemplación de la luna;celebración,tsukimi|sobre rojo;buena suerte,hóngbāo|lazo;celebración|
regalo;celebración,envoltorio|lazo conmemorativo|entradas;acceso,admisión|tique;acceso,admisión|
medalla militar;celebración|trofeo;premio|medalla deportiva;premio|medalla de oro;primero|medalla de plata;segundo|
medalla de bronce;tercero|balón de fútbol|béisbol;balón,baseball|pelota de softball;bola|
balón de baloncesto;canasta,deporte|pelota de voleibol;balón,juego|balón de fútbol americano;deporte|
balón de rugby;deporte|pelota de tenis;deporte|disco volador;frisbee|bolos;bola,bola de bolos|críquet;juego,pelota|
hockey sobre hierba;juego,palo|hockey sobre hielo;disco,palo|lacrosse;bola,palo|tenis de mesa;juego,pelota|
bádminton;pluma,raqueta|guante de boxeo;deporte|uniforme de artes marciales;judo,kárate|portería;deporte,red|
banderín en hoyo;golf|patín de hielo|caña de pescar;entretenimiento,esparcimiento|máscara de buceo;bucear,buzo|
camiseta sin mangas;banda,camiseta con banda|esquís;esquíes,nieve|trineo|piedra de curling;juego,roca|
diana;blanco,en el blanco|yoyó;dieta,efecto|cometa;juguete,planear|bola negra de billar;bola ocho,juego|
bola de cristal;adivinación,buena fortuna|varita mágica;bruja,hechicero|mando de videoconsola;juego,videojuego|
joystick;juego,mando|máquina tragaperras;juego|dado;juego|pieza de puzle;conectar,pista|osito de peluche;juguete,oso|
piñata;caballito,celebración|bola de espejos;bailar,brillar|muñeca rusa;babushka,mamushka|palo de picas;carta,juego|
palo de corazones;carta,juego|palo de diamantes;carta,juego|palo de tréboles;carta,juego|peón de ajedrez|
comodín;joker|dragón rojo de mahjong;juego|cartas de flores;hanafuda,naipe japonés|máscaras de teatro;actuación,arte|
cuadro enmarcado;marco,museo|paleta de pintor;arte,artista|hilo;aguja,carrete|aguja de coser;bordado,hilar|
ovillo;bola,croché|nudo;anudar,atar|gafas;accesorios,ojo|gafas de sol;ojo,oscuras|
gafas de protección;nadar,protección ocular|bata de laboratorio;científico,doctor|chaleco de seguridad;emergencia|
corbata;accesorio,ropa|camiseta;ropa|vaqueros;pantalones,ropa|bufanda;abrigo,cuello|guantes;mano|abrigo;chaquetón|
calcetines;pies,ropa|vestido;mujer,ropa|kimono;japonés,ropa|sari;prenda,ropa|traje de baño de una pieza;bañador|
ropa interior;bañador,bragas|pantalones cortos;bañador,bermudas|bikini;baño,playa|ropa de mujer;blusa,camisa|
abanico abierto;airear,bailar|monedero;accesorios,cartera|bolso;accesorios,complementos|
bolso de mano;accesorios,cartera|bolsas de compras|mochila escolar;colegio|chancla;chancla de dedo,chancleta|
zapato de hombre;calzado,ropa|zapatilla deportiva;calzado,correr|bota de senderismo;camping,mochilero|
bailarina;calzado,zapato|zapato de tacón;mujer|sandalia de mujer;calzado,ropa|zapatillas de ballet;bailar,balé|
bota de mujer;calzado,ropa|peineta;afro,pelo|corona;accesorios,complementos|sombrero de mujer;accesorio,ropa|
sombrero de copa;chistera,ropa|birrete;celebración,gorro|gorra con visera;béisbol|casco militar;ejército,guerra|
casco con una cruz blanca;ayuda,cara|rosario;collar,cuentas|pintalabios;barra,cosmética|anillo;diamante|
piedra preciosa;diamante,gema|altavoz silenciado;mute,silencio|altavoz a volumen bajo|altavoz a volumen medio|
altavoz a volumen alto|altavoz de mano;comunicación|megáfono;comunicación|corneta de posta|campana|
campana con signo de cancelación;ruido|pentagrama;música,partitura|nota musical;música|notas musicales;música|
micrófono de estudio;música|control de volumen;fader|ruedas de control;diales,música|
micrófono;entretenimiento,karaoke|auricular;cascos|radio|saxofón;instrumento,instrumento musical|
trompeta;instrumento,instrumento musical|trombón;instrumento,jazz|acordeón;concertina|
guitarra;instrumento,instrumento musical|teclado musical;instrumento,instrumento musical|
violín;instrumento,instrumento musical|banjo;banyo,cuerda|tambor;baquetas,música|tamboril;conga,ritmo|
maracas;agitar,brasil|flauta;flautín,instrumento|arpa;amor,cupido|teléfono móvil;celular|
móvil con una flecha;llamada,recibir|teléfono|auricular de teléfono;comunicación|busca;comunicación,localizador|
máquina de fax;comunicación|pila;batería|batería baja;carga baja,electrónico|enchufe eléctrico;corriente,electricidad|
ordenador portátil;personal|ordenador de sobremesa|impresora;ordenador|teclado;ordenador|ratón de ordenador|
bola de desplazamiento;ordenador,trackball|minidisc;disco|disquete;disco,disco de 3 1/2|disco óptico|disco dvd|
ábaco;contar,cálculo|cámara de cine;entretenimiento,película|fotograma de película;cine|proyector de cine;película|
claqueta;cine,claqueta de cine|televisión|cámara de fotos|cámara con flash|videocámara;vídeo|cinta de vídeo|
lupa orientada hacia la izquierda;buscar|lupa orientada hacia la derecha;buscar|vela;luz|bombilla;cómic,electricidad|
linterna;luz|lámpara japonesa;izakaya,linterna izakaya|lámpara de aceite;diya|cuaderno con tapa decorativa;decoración|
libro cerrado|libro abierto|libro verde|libro azul|libro naranja|libros|cuaderno;libreta|
libro de contabilidad;cuaderno|página doblada;documento|pergamino;pergamino de papel|
página hacia arriba;anverso,documento|periódico;diario|periódico enrollado;noticias,papel|marcadores;pestañas|
marcapáginas;marcador|etiqueta|moneda;dinero,metal|bolsa de dinero;bolsa de dólares|cofre de tesoro;botín,dinero|
billete de yen;billete de banco,dinero|billete de dólar;billete de banco,dinero|
billete de euro;billete de banco,dinero|billete de libra;billete de banco,dinero|
billete con alas;billete de banco,dinero|tarjeta de crédito|recibo;contabilidad,prueba|
mercado al alza;mercado alcista,tabla|sobre;carta,correo|correo electrónico;comunicación,sobre|
sobre entrante;carta,comunicación|sobre con flecha;carta,comunicación|bandeja de salida;comunicación,correo|
bandeja de entrada;comunicación,correo|paquete;caja|buzón cerrado con la bandera levantada;con contenido|
buzón cerrado con la bandera bajada;vacío|buzón abierto con la bandera levantada;con contenido|
buzón abierto con la bandera bajada;vacío|buzón;cartas,correo|urna con papeleta;voto|lápiz;escolar,escribir|
pluma negra;bolígrafo,escribir|estilográfica;bolígrafo,escribir|bolígrafo;boli,escribir|pincel;pintar|lápiz de cera|
cuaderno de notas;comunicación|maletín;cartera,documentos|carpeta de archivos|carpeta de archivos abierta|
separador de fichas;fichero|calendario;fecha|calendario recortable;fecha|bloc de notas de espiral;cuaderno|
calendario de espiral|organizador de fichas;cartera,tarjetas|
gráfica de evolución ascendente;gráfico,tendencia ascendente|
gráfica de evolución descendente;gráfico,tendencia descendente|gráfico de barras|portapapeles;pinza,tabla|
chincheta;tachuela|chincheta redonda|clip|clips unidos;unión|regla|escuadra;regla,regla triangular|
tijeras;cortar,herramienta|archivador de tarjetas;archivo,caja|archivador;archivos,oficina|papelera;basura,cubo|
candado cerrado;cerrar|candado abierto;abrir|candado con pluma estilográfica;cerrado,privacidad|
candado cerrado y llave;seguro|llave;contraseña|llave antigua|martillo;herramienta|hacha;cortar,dividir|
pico;herramienta,mina|martillo y pico;herramienta|martillo y llave inglesa;herramienta|puñal;arma,cuchillo|
espadas cruzadas;arma|bomba;cómic,emoción|bumerán;boomerang,rebotar|arco y flecha;arquero,sagitario|escudo;defensa|
sierra de carpintería;carpintero,herramienta|llave inglesa;herramienta|destornillador;atornillador,herramienta|
tornillo y tuerca;herramienta|engranaje;herramienta|tornillo de banco;herramienta|balanza;justicia,libra|
bastón;accesibilidad,ceguera|eslabón|cadena rota;esposas,libertad|cadenas|gancho;agarrar,anzuelo|
caja de herramientas;armario,mecánico|imán;atracción,herradura|escalera;escalar,escalerilla|pala;agujero,cavar|
alambique;herramienta,química|tubo de ensayo;ciencia,experimento|placa de petri;bacterias,biología|
adn;biólogo,evolución|microscopio;instrumento,laboratorio|telescopio;astronomía,instrumento|
antena de satélite;comunicación|jeringuilla;aguja,jeringa|gota de sangre;donación de sangre,donar sangre|
píldora;comprimido,medicina|tirita;apósito|muleta;bastón,discapacidad|estetoscopio;corazón,doctor|
radiografía;doctor,doctora|puerta|ascensor;accesibilidad,elevador|espejo;espéculo,reflector|ventana;abertura,apertura|
cama;dormir,hotel|sofá y lámpara;hotel|silla;asiento,sentarse|inodoro;baño,váter|desatascador;fontanero,retrete|
ducha;agua,baño|bañera;baño|trampa de ratones;cebo,cepo|cuchilla de afeitar;afeitado,afilado|
bote de crema;champú,hidratante|imperdible;pañal,punk rock|escoba;barrer,bruja|cesta;colada,cosecha|
rollo de papel;papel absorbente,papel higiénico|cubo;balde,barreño|jabón;bañarse,enjabonarse|
burbujas;bajo el agua,eructar|cepillo de dientes;dental,higiene|esponja;absorbente,limpiar|extintor;apagar,extinguir|
carrito de la compra;carro,supermercado|cigarrillo;cigarro,fumar|ataúd;muerte|lápida;cementario,estela|
urna funeraria;muerte|ojo turco;amuleto,mal de ojo|hamsa;amuleto,fátima|estatua moái;pascua|letrero;anuncio,aviso|
carné de identidad;carné de conducir,credenciales|señal de cajero automático;atm,banco|señal de usar papelera;basura|
agua potable|símbolo de silla de ruedas;acceso,señal|aseo para hombres;aseo de caballeros,baño|
señal de aseo para mujeres;aseo de señoras,baño|señal de aseos;servicios|señal de bebé;cambiar,lactancia|
aseos;lavabo,servicios|control de pasaportes|aduana|recogida de equipajes;maleta|consigna;depósito,equipaje|
advertencia;cuidado,señal|niños cruzando;señal|dirección prohibida;prohibido,señal|prohibido;entrar,pasar|
bicicletas prohibidas;prohibido,vehículo|prohibido fumar;señal|prohibido tirar basura;señal|agua no potable|
prohibido el paso de peatones;peatón,señal|prohibido el uso de móviles;no hacer llamadas,teléfono|
radiactivo;radiactividad,radioactividad|riesgo biológico;peligro,señal|flecha hacia arriba;dirección,flecha arriba|
flecha hacia la esquina superior derecha;arriba,dirección|flecha hacia la derecha;dirección,este|
flecha hacia la esquina inferior derecha;abajo,dirección|flecha hacia abajo;dirección,sur|
flecha hacia la esquina inferior izquierda;abajo,dirección|flecha hacia la izquierda;oeste|
flecha hacia la esquina superior izquierda;arriba,dirección|flecha arriba y abajo;dirección|
flecha izquierda y derecha;dirección|flecha derecha curvándose a la izquierda;curva,dirección|
flecha izquierda curvándose a la derecha;curva,dirección|flecha derecha curvándose hacia arriba;curva,dirección|
flecha derecha curvándose hacia abajo;curva,dirección|flechas verticales en sentido horario;señal de recarga|
flechas en sentido antihorario;dirección,señal de recarga|flecha back;atrás,flecha a la izquierda|
flecha end;final,flecha a la izquierda|flecha on!;señal|flecha soon|flecha top;arriba,flecha hacia arriba|
lugar de culto;religión|símbolo de átomo|om;hindú,religión|estrella de david;judaísmo,judío|
rueda del dharma;budismo,religión|yin yang;religión,taoísmo|cruz latina;cristianismo,religión|cruz ortodoxa;religión|
media luna y estrella;islam,religión|símbolo de la paz|menorá;candelabro,religión|
estrella de seis puntas;adivinación,buena fortuna|khanda;religión,sij|ofiuco;horóscopo,portador|
reproducción aleatoria;cruzado,flechas|repetir;flechas,repetición|repetir una vez;flechas,repetición|
reproducir;botón de reproducción,flecha|avance rápido;avanzar,doble|pista siguiente;raya vertical,triángulos|
reproducir o pausa;triángulo|retroceso;izquierda,triángulo|retroceso rápido;flecha,izquierda|
pista anterior;atrás,escena anterior|triángulo hacia arriba;botón|triángulo doble hacia arriba;flecha|
triángulo hacia abajo;botón|triángulo doble hacia abajo;triángulo doble abajo|pausa;barras,botón|
detener;botón,cuadrado|grabar;botón,círculo|expulsar;botón|cine;entretenimiento,película|
brillo bajo;señal de brillo bajo,tenue|brillo alto;brillante,señal de brillo alto|barras de cobertura;antena,celular|
wifi;conexión,inalámbrica|modo vibración;móvil,teléfono|teléfono móvil apagado;teléfono celular|
signo femenino;mujer,símbolo|signo masculino;hombre,símbolo|símbolo de transgénero|multiplicación;cancelar,marca|
más;signo,suma|menos;resta,signo|división;signo,signo de división|signo igual grueso;equivalencia,igualdad|
infinito;ilimitado,siempre|exclamación doble;puntuación,sorpresa|exclamación e interrogación|
interrogación roja;pregunta,puntuación|interrogación blanca;pregunta,puntuación|exclamación blanca;puntuación|
exclamación roja;puntuación,signo de exclamación|guion ondulado;marca de sonido largo|cambio de divisas;dinero,moneda|
símbolo de dólar;dinero|símbolo de medicina;asclepio,esculapio|símbolo de reciclaje;reciclar,señal|flor de lis|
emblema de tridente;ancla|etiqueta identificativa;nombre|símbolo japonés para principiante;amarillo,verde|
círculo rojo hueco;aro|botón de marca de verificación;selección|casilla con marca de verificación;selección|
marca de verificación;selección|marca de cruz;cancelar,marca de tachado|botón con marca de cruz;casilla|
bucle;giro,tirabuzón|bucle doble|marca de alternancia|asterisco de ocho puntas|estrella de ocho puntas|chispa|
copyright;símbolo|marca registrada|símbolo de marca comercial|salpicadura;gotear,líquido|teclas: #|teclas: *|
tecla: 0;cero|tecla: 1;uno|tecla: 2;dos|tecla: 3;tres|tecla: 4;cuatro|tecla: 5;cinco|tecla: 6;seis|tecla: 7;siete|
tecla: 8;ocho|tecla: 9;nueve|teclas: 10|letras latinas mayúsculas;abcd|letras latinas minúsculas;abcd|
números;1234,dígitos|símbolos;〒♪&%|alfabeto latino;abc|grupo sanguíneo a;tipo a|grupo sanguíneo ab;tipo ab|
grupo sanguíneo b;tipo b|borrar;símbolo|botón cool;mola|botón free;gratis,símbolo gratis|información|
símbolo de identificación;identidad,símbolo identidad|m en círculo|botón new;nuevo|botón ng;nuevo|
grupo sanguíneo tipo o|botón ok|aparcamiento;parking|símbolo de socorro;ayuda,sos|botón up!;arriba,información|
botón vs;contra,frente a|círculo rojo;geometría|círculo naranja|círculo amarillo|círculo verde|círculo azul;geometría|
círculo morado;lila,púrpura|círculo marrón|círculo negro;geometría|círculo blanco;geometría|cuadrado rojo|
cuadrado naranja|cuadrado amarillo|cuadrado verde|cuadrado azul|cuadrado morado;lila,púrpura|cuadrado marrón|
cuadrado negro grande;geometría|cuadrado blanco grande;geometría|cuadrado negro mediano;geometría|
cuadrado blanco mediano;geometría|cuadrado negro mediano-pequeño;geometría|cuadrado blanco mediano-pequeño;geometría|
cuadrado negro pequeño;geometría|cuadrado blanco pequeño;geometría|rombo naranja grande;geometría|
rombo azul grande;geometría|rombo naranja pequeño;geometría|rombo azul pequeño;geometría|
triángulo rojo hacia arriba;geometría|triángulo rojo hacia abajo;geometría|rombo con pétalo;flor,geometría|
botón de opción|botón cuadrado con borde blanco|botón cuadrado con borde negro|bandera de cuadros;carreras,deporte|
bandera del arcoíris|bandera: angola|bandera: argentina|bandera: bolivia|bandera: brasil|bandera: canadá|
bandera: chile|bandera: china|bandera: colombia|bandera: costa rica|bandera: cuba|bandera: cabo verde|
bandera: alemania|bandera: república dominicana|bandera: ecuador|bandera: españa|bandera: francia|
bandera: reino unido|bandera: guatemala|bandera: italia|bandera: japón|bandera: méxico|bandera: mozambique|
bandera: panamá|bandera: perú|bandera: portugal|bandera: paraguay|bandera: estados unidos|bandera: uruguay|
bandera: venezuela|`;
